using Peft.Data;

namespace Peft.Models;

/// <summary>
/// Converts a GPT-2 checkpoint to this library's layout: its matrices are [in, out] and become [out, in], and <c>c_attn</c> is split into
/// query, key and value.
/// </summary>
/// <param name="inner">The checkpoint; disposed with this.</param>
internal sealed class Conv1DArchive(ITensorArchive inner) : ITensorArchive
{
    private const string Fused = ".attn.c_attn.";

    private static readonly string[] s_parts = ["query", "key", "value"];

    private readonly Dictionary<string, Source> _sources = inner.Tensors.Values.SelectMany(Sources).ToDictionary(source => source.Name);

    private Dictionary<string, TensorInfo>? _tensors;

    /// <inheritdoc/>
    public string Path => inner.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors =>
        _tensors ??= _sources.Values.ToDictionary(source => source.Name, source => source.Seen);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => inner.Metadata;

    /// <inheritdoc/>
    public void CopyTo(string name, long offset, Span<byte> destination)
    {
        if (!_sources.TryGetValue(name, out var source) || source.IsWhole)
        {
            inner.CopyTo(name, offset, destination);
            return;
        }

        var whole = new byte[source.Info.ByteCount];
        inner.CopyTo(source.Info.Name, whole);
        var size = (int)(source.Info.ByteCount / source.Info.ElementCount);
        var rows = source.StoredRows;
        for (var at = 0; at < destination.Length; at += size)
        {
            var element = (offset + at) / size;
            var (row, column) = source.IsTransposed
                ? (element % rows, element / rows) : (element / source.Columns, element % source.Columns);
            var from = ((row * source.StoredColumns) + source.Column + column) * size;
            whole.AsSpan((int)from, size).CopyTo(destination[at..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    /// <summary>How a stored tensor maps to the model: unchanged, transposed, or as three parts.</summary>
    private static IEnumerable<Source> Sources(TensorInfo info)
    {
        var name = info.Name;
        if (name.Contains(Fused, StringComparison.Ordinal) && info.Shape.Count is 1 or 2 && info.Shape[^1] % 3 == 0)
        {
            var width = info.Shape[^1] / 3;
            for (var part = 0; part < 3; part++)
                yield return new Source(
                    name.Replace(Fused, $".attn.{s_parts[part]}.", StringComparison.Ordinal), info, part * width, width,
                    info.Shape.Count == 2);
            yield break;
        }

        yield return new Source(name, info, 0, info.Shape.Count == 0 ? 1 : info.Shape[^1], IsMatrix(name) && info.Shape.Count == 2);
    }

    private static bool IsMatrix(string name) =>
        name.EndsWith(".c_proj.weight", StringComparison.Ordinal) || name.EndsWith(".c_fc.weight", StringComparison.Ordinal);

    private sealed record Source(string Name, TensorInfo Info, long Column, long Columns, bool IsTransposed)
    {
        public long StoredColumns => Info.Shape.Count == 0 ? 1 : Info.Shape[^1];

        public long StoredRows => Info.Shape.Count == 2 ? Info.Shape[0] : 1;

        public bool IsWhole => !IsTransposed && Columns == StoredColumns;

        public TensorInfo Seen => Info with { Name = Name, Shape = Shape, ByteCount = Info.ByteCount / StoredColumns * Columns };

        private IReadOnlyList<long> Shape =>
            IsTransposed ? [Columns, StoredRows] : Info.Shape.Count == 0 ? [] : [.. Info.Shape.SkipLast(1), Columns];
    }
}
