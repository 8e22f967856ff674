using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Peft.Data;

/// <summary>A task's examples, tokenised in advance.</summary>
internal sealed class EncodedDataset
{
    /// <summary>The default longest sequence, in tokens.</summary>
    public const int DefaultMaxLength = 128;
    private readonly int[][] _ids;
    private readonly int[][] _typeIds;
    private readonly float[] _labels;
    private readonly IReadOnlyList<int>[]? _sets;
    private readonly int[]? _places;

    /// <summary>Tokenises examples.</summary>
    /// <param name="task">The task.</param>
    /// <param name="examples">Its examples.</param>
    /// <param name="tokenizer">The tokenizer of the model's vocabulary.</param>
    /// <param name="maxLength">The largest number of tokens of an example, including special ones; longer ones are truncated.</param>
    /// <exception cref="MaxLengthTooSmallException"><paramref name="maxLength"/> leaves no room for the special tokens.</exception>
    public EncodedDataset(TaskDefinition task, IReadOnlyList<Example> examples, ITokenizer tokenizer, int maxLength = DefaultMaxLength)
        : this(task, examples, [.. Encode(examples, tokenizer, maxLength)], tokenizer.PadId, maxLength)
    {
    }

    /// <summary>Takes examples that a task tokenised in its own way.</summary>
    /// <param name="task">The task.</param>
    /// <param name="examples">Its examples.</param>
    /// <param name="rows">The tokens of each example. Either all or none have a <see cref="EncodedRow.Place"/>.</param>
    /// <param name="padId">The padding token's id.</param>
    /// <param name="maxLength">The largest number of tokens of an example.</param>
    public EncodedDataset(TaskDefinition task, IReadOnlyList<Example> examples, IReadOnlyList<EncodedRow> rows, int padId, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(rows);
        Task = task;
        MaxLength = maxLength;
        PadId = padId;
        _ids = [.. rows.Select(row => row.Ids)];
        _typeIds = [.. rows.Select(row => row.TypeIds)];
        _labels = [.. examples.Select(example => example.Label)];
        _sets = task.IsMultiLabel ? [.. examples.Select(example => example.Classes ?? [])] : null;
        _places = rows.All(row => row.Place is not null) && rows.Count > 0 ? [.. rows.Select(row => row.Place!.Value)] : null;
        Lengths = Array.ConvertAll(_ids, row => row.Length);
    }

    /// <summary>The task.</summary>
    public TaskDefinition Task { get; }

    /// <summary>The largest number of tokens of an example.</summary>
    public int MaxLength { get; }

    /// <summary>The padding token's id.</summary>
    public int PadId { get; }

    /// <summary>Number of examples.</summary>
    public int Count => _ids.Length;

    /// <summary>Tokens of each example.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Label of each example, as in <see cref="Example.Label"/>.</summary>
    public ReadOnlySpan<float> Labels => _labels;

    /// <summary>The classes of each example of a task whose examples may have several; null for every other.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Sets => _sets;

    /// <summary>Adds the examples' contents to a hash: ids, text numbers, places and labels.</summary>
    /// <param name="hash">The hash.</param>
    public void AppendTo(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        for (var i = 0; i < Count; i++)
        {
            hash.AppendData(BitConverter.GetBytes(_ids[i].Length));
            hash.AppendData(MemoryMarshal.AsBytes<int>(_ids[i]));
            hash.AppendData(MemoryMarshal.AsBytes<int>(_typeIds[i]));
            if (_places is not null) hash.AppendData(BitConverter.GetBytes(_places[i]));
        }

        hash.AppendData(MemoryMarshal.AsBytes<float>(_labels));
        foreach (var set in _sets ?? [])
            hash.AppendData(MemoryMarshal.AsBytes<int>((int[])[set.Count, .. set]));
    }

    /// <summary>Gathers examples into one batch, padded to its longest row.</summary>
    /// <param name="indices">The examples.</param>
    /// <param name="multipleOf">Pads to a multiple of this, but not beyond <see cref="MaxLength"/>.</param>
    /// <exception cref="ArgumentException">There are no examples.</exception>
    public Batch Gather(IReadOnlyList<int> indices, int multipleOf = 1)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentOutOfRangeException.ThrowIfLessThan(multipleOf, 1);
        if (indices.Count == 0) throw new ArgumentException("A batch needs at least one example.", nameof(indices));
        var longest = indices.Max(index => Lengths[index]);
        var length = Math.Max(longest, Math.Min(MaxLength, (longest + multipleOf - 1) / multipleOf * multipleOf));
        var batch = new Batch([.. indices], length, Task) { Places = _places is null ? null : new long[indices.Count] };
        batch.InputIds.AsSpan().Fill(PadId);
        for (var row = 0; row < batch.Rows; row++)
        {
            var index = indices[row];
            for (var i = 0; i < _ids[index].Length; i++)
            {
                var place = (row * length) + i;
                batch.InputIds[place] = _ids[index][i];
                batch.TypeIds[place] = _typeIds[index][i];
                batch.AttentionMask[place] = 1;
            }

            if (_places is not null) batch.Places![row] = (row * length) + _places[index];
            if (batch.Targets is { } targets)
            {
                foreach (var one in _sets![index]) targets[(row * Task.OutputCount) + one] = 1;
            }
            else if (batch.Scores is { } scores) scores[row] = _labels[index];
            else batch.Classes![row] = (long)_labels[index];
        }

        return batch;
    }

    private static IEnumerable<EncodedRow> Encode(IReadOnlyList<Example> examples, ITokenizer tokenizer, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return examples.Select(example => tokenizer.Encode(example.Text, example.Pair, maxLength))
            .Select(encoding => new EncodedRow(encoding.Ids, encoding.TypeIds, Place: null));
    }
}

/// <summary>The tokens of an example.</summary>
/// <param name="Ids">Their ids.</param>
/// <param name="TypeIds">Which text each belongs to: 0 or 1.</param>
/// <param name="Place">The token at which the model answers, such as a mask; null where it answers for the whole row.</param>
internal sealed record EncodedRow(int[] Ids, int[] TypeIds, int? Place);
