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

    /// <summary>Tokenises examples.</summary>
    /// <param name="task">The task.</param>
    /// <param name="examples">Its examples.</param>
    /// <param name="tokenizer">The tokenizer of the model's vocabulary.</param>
    /// <param name="maxLength">The largest number of tokens of an example, including special ones; longer ones are truncated.</param>
    /// <exception cref="MaxLengthTooSmallException"><paramref name="maxLength"/> leaves no room for the special tokens.</exception>
    public EncodedDataset(TaskDefinition task, IReadOnlyList<Example> examples, ITokenizer tokenizer, int maxLength = DefaultMaxLength)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(tokenizer);
        Task = task;
        MaxLength = maxLength;
        PadId = tokenizer.PadId;
        _ids = new int[examples.Count][];
        _typeIds = new int[examples.Count][];
        _labels = new float[examples.Count];
        _sets = task.IsMultiLabel ? [.. examples.Select(example => example.Classes ?? [])] : null;
        for (var i = 0; i < _ids.Length; i++)
        {
            var encoding = tokenizer.Encode(examples[i].Text, examples[i].Pair, maxLength);
            _ids[i] = encoding.Ids;
            _typeIds[i] = encoding.TypeIds;
            _labels[i] = examples[i].Label;
        }

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

    /// <summary>Token ids of an example.</summary>
    public ReadOnlySpan<int> IdsOf(int index) => _ids[index];

    /// <summary>Which text each token of an example belongs to: 0 or 1.</summary>
    public ReadOnlySpan<int> TypeIdsOf(int index) => _typeIds[index];

    /// <summary>Adds the examples' contents to a hash: ids, text numbers and labels.</summary>
    /// <param name="hash">The hash.</param>
    public void AppendTo(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        for (var i = 0; i < Count; i++)
        {
            hash.AppendData(BitConverter.GetBytes(_ids[i].Length));
            hash.AppendData(MemoryMarshal.AsBytes<int>(_ids[i]));
            hash.AppendData(MemoryMarshal.AsBytes<int>(_typeIds[i]));
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
        var batch = new Batch([.. indices], length, Task);
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

            if (batch.Targets is { } targets)
            {
                foreach (var one in _sets![index]) targets[(row * Task.OutputCount) + one] = 1;
            }
            else if (batch.Scores is { } scores) scores[row] = _labels[index];
            else batch.Classes![row] = (long)_labels[index];
        }

        return batch;
    }
}
