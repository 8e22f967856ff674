namespace Peft.Data;

/// <summary>
/// Joins what the files of a tokenizer say about tokens and ids. Files may repeat each other; contradictions and gaps are refused.
/// </summary>
internal sealed class VocabularyBuilder
{
    private readonly Dictionary<string, (int Id, string File)> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _tokens = [];
    private readonly HashSet<int> _outside = [];
    private int _next; // above every id

    public bool Contains(string token) => _ids.ContainsKey(token);

    /// <summary>Adds a token of the model's own vocabulary. One file may name it once.</summary>
    /// <exception cref="VocabularyException">Another id has this token, or another token this id.</exception>
    public void AddToModel(string token, int id, string file)
    {
        if (_ids.TryGetValue(token, out var known) && known.File == file)
            throw new VocabularyException(
                $"{file}: token '{Excerpt.Cut(token)}' stands twice, as id {known.Id} and as id {id}. Each token may have one id.");
        State(token, id, file);
        _outside.Remove(id);
    }

    /// <summary>Adds an added token, which may be in the model's vocabulary under the same id.</summary>
    /// <exception cref="VocabularyException">Another id has this token, or another token this id.</exception>
    public void AddOutside(string token, int id, string file)
    {
        if (State(token, id, file)) _outside.Add(id);
    }

    /// <summary>Gives a token the next id, unless a file has given it one.</summary>
    public void Append(string token, string file)
    {
        if (!Contains(token)) AddOutside(token, _next, file);
    }

    /// <summary>Adds a token of the user's with the next id.</summary>
    /// <exception cref="AddedTokensException">The vocabulary has the token.</exception>
    public void AppendNew(string token, string vocabulary)
    {
        if (Contains(token))
            throw new AddedTokensException(
                vocabulary, $"the vocabulary has the token '{Excerpt.Cut(token)}' already, as id {_ids[token].Id}; remove it from the "
                    + "added tokens");
        Append(token, vocabulary);
    }

    /// <exception cref="VocabularyException">There are no tokens, or an id is missing.</exception>
    public VocabularyTokens Build(string source)
    {
        if (_tokens.Count == 0)
            throw new VocabularyException($"{source}: the vocabulary is empty. Expected one token per line (vocab.txt), an object of "
                + "token: id (vocab.json) or model.vocab (tokenizer.json).");
        var tokens = new string[_tokens.Count];
        for (var id = 0; id < tokens.Length; id++)
        {
            if (!_tokens.TryGetValue(id, out var token)) throw Gap(id);
            tokens[id] = token;
        }

        return new VocabularyTokens(tokens, _outside);
    }

    private bool State(string token, int id, string file)
    {
        if (id < 0) throw new VocabularyException($"{file}: '{Excerpt.Cut(token)}' has id {id}. Expected ids from 0.");
        if (_ids.TryGetValue(token, out var known))
        {
            if (known.Id == id) return false;
            throw new VocabularyException(
                $"{file}: '{Excerpt.Cut(token)}' has id {id}, but {known.File} says {known.Id}. The files belong to different "
                    + "vocabularies: take all of "
                    + "them from the same model, or correct the id.");
        }

        if (_tokens.TryGetValue(id, out var other))
            throw new VocabularyException(
                $"{file}: id {id} belongs to '{Excerpt.Cut(other)}' ({_ids[other].File}) and to '{Excerpt.Cut(token)}'. Each token "
                    + "needs its own id: take all files "
                    + "from the same model, or correct the id.");
        _ids.Add(token, (id, file));
        _tokens.Add(id, token);
        _next = Math.Max(_next, id + 1);
        return true;
    }

    private VocabularyException Gap(int missing)
    {
        var next = _tokens.Keys.Where(id => id > missing).Min();
        var (token, file) = (_tokens[next], _ids[_tokens[next]].File);
        return new VocabularyException(
            $"{file}: '{Excerpt.Cut(token)}' has id {next}, but no file has a token for id {missing}: the {_tokens.Count} ids must go "
                + "from 0 to "
                + $"{_tokens.Count - 1} without gaps. Fetch all files of the tokenizer, or name the unused ids in added_tokens.json.");
    }
}
