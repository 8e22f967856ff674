namespace Peft;

/// <summary>A token id is not in the backbone's vocabulary.</summary>
/// <param name="id">The id.</param>
/// <param name="vocabulary">Rows of the word embedding.</param>
public sealed class TokenOutOfVocabularyException(int id, long vocabulary)
    : Exception($"token id {id} is not in the backbone's vocabulary, whose ids are 0 to {vocabulary - 1}; give ids of this backbone, or "
        + "the backbone that they are of.");

/// <summary>A text cannot be converted to token ids, because the model has no tokenizer.</summary>
/// <param name="text">The text.</param>
public sealed class NoTokenizerException(string text)
    : InvalidOperationException($"'{text}' cannot be turned into token ids: the model was given no tokenizer. Call "
        + "PeftModel.UseTokenizer first, or give ids.");
