using System.Buffers.Binary;
using System.Collections.Frozen;

namespace Peft.Data.Unicode;

/// <summary>
/// The Unicode data that the tokenizers need, from our own table (see <c>make_tables.py</c>). Under InvariantGlobalization the runtime does
/// not normalise, and token ids must not change with the runtime's Unicode version.
/// </summary>
internal sealed class UnicodeTables
{
    private const int BasicPlane = 0x10000;
    private readonly CharClass[] _basicClasses = new CharClass[BasicPlane];
    private readonly int[] _astralStarts;
    private readonly CharClass[] _astralClasses;
    private readonly FrozenDictionary<int, int> _lower;
    private readonly FrozenDictionary<int, int[]> _decompositions;
    private readonly FrozenDictionary<int, int> _combining;
    private readonly FrozenDictionary<long, int> _compositions;

    private UnicodeTables(ReadOnlySpan<byte> bytes)
    {
        var reader = new TableReader(bytes);
        Version = reader.Next();
        (_astralStarts, _astralClasses) = ReadClasses(ref reader);
        _lower = ReadPairs(ref reader);
        _decompositions = ReadDecompositions(ref reader);
        _combining = ReadPairs(ref reader);
        _compositions = ReadCompositions(ref reader);
    }

    /// <summary>The tables, loaded once.</summary>
    public static UnicodeTables Shared { get; } = Load();

    /// <summary>Major version of Unicode.</summary>
    public int Version { get; }

    public CharClass ClassOf(int codePoint)
    {
        if (codePoint < BasicPlane) return _basicClasses[codePoint];
        var index = Array.BinarySearch(_astralStarts, codePoint);
        return _astralClasses[index >= 0 ? index : ~index - 1];
    }

    public int Lower(int codePoint) => _lower.GetValueOrDefault(codePoint, codePoint);

    public int[]? Decomposition(int codePoint) => _decompositions.GetValueOrDefault(codePoint);

    public int CombiningClass(int codePoint) => codePoint < 0x300 ? 0 : _combining.GetValueOrDefault(codePoint);

    public bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue(PairKey(first, second), out composed);

    private static long PairKey(int first, int second) => ((long)first << 32) | (uint)second;

    private static UnicodeTables Load()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("Peft.Data.unicode.bin")
            ?? throw new InvalidOperationException("The assembly was built without its resource Peft.Data.unicode.bin.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new UnicodeTables(bytes);
    }

    private (int[] Starts, CharClass[] Classes) ReadClasses(ref TableReader reader)
    {
        var rows = new (int Start, CharClass Class)[reader.Next()];
        for (var i = 0; i < rows.Length; i++) rows[i] = (reader.Next(), (CharClass)reader.Next());
        for (var i = 0; i < rows.Length && rows[i].Start < BasicPlane; i++)
        {
            var end = Math.Min(BasicPlane, i + 1 < rows.Length ? rows[i + 1].Start : BasicPlane);
            Array.Fill(_basicClasses, rows[i].Class, rows[i].Start, end - rows[i].Start);
        }

        return (Array.ConvertAll(rows, r => r.Start), Array.ConvertAll(rows, r => r.Class));
    }

    private static FrozenDictionary<int, int> ReadPairs(ref TableReader reader)
    {
        var count = reader.Next();
        var pairs = new Dictionary<int, int>(count);
        for (var i = 0; i < count; i++) pairs.Add(reader.Next(), reader.Next());
        return pairs.ToFrozenDictionary();
    }

    private static FrozenDictionary<int, int[]> ReadDecompositions(ref TableReader reader)
    {
        var count = reader.Next();
        var table = new Dictionary<int, int[]>(count);
        for (var i = 0; i < count; i++)
        {
            var codePoint = reader.Next();
            var parts = new int[reader.Next()];
            for (var k = 0; k < parts.Length; k++) parts[k] = reader.Next();
            table.Add(codePoint, parts);
        }

        return table.ToFrozenDictionary();
    }

    private static FrozenDictionary<long, int> ReadCompositions(ref TableReader reader)
    {
        var count = reader.Next();
        var table = new Dictionary<long, int>(count);
        for (var i = 0; i < count; i++) table.Add(PairKey(reader.Next(), reader.Next()), reader.Next());
        return table.ToFrozenDictionary();
    }

    private ref struct TableReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public int Next()
        {
            var value = BinaryPrimitives.ReadInt32LittleEndian(_rest);
            _rest = _rest[sizeof(int)..];
            return value;
        }
    }
}
