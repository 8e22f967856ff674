using System.Text;

namespace Peft.Fuzz.Targets;

/// <summary>Makes pickles up: instructions in any order, names that tensors need and others.</summary>
internal static class Pickles
{
    private static readonly (string Module, string Name)[] s_known =
        [("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_parameter"), ("collections", "OrderedDict"),
            ("torch", "FloatStorage"), ("torch", "BFloat16Storage")];

    private static readonly (string Module, string Name)[] s_others =
    [
        ("os", "system"), ("posix", "system"), ("subprocess", "Popen"), ("builtins", "eval"), ("builtins", "exec"),
        ("__builtin__", "getattr"), ("nt", "system"), ("torch", "load"),
        ("torch.hub", "load"), ("collections", "OrderedDict.__init__"), ("torch._utils", "_rebuild_tensor_v2.__globals__"),
            ("torch", "FloatStorage.__class__"), ("runpy", "run_module"),
    ];

    /// <summary>Instructions in any order.</summary>
    public static byte[] Draw(Random random)
    {
        List<byte> bytes = [0x80, (byte)random.Next(2, 6)];
        for (var left = random.Next(1, 80); left > 0; left--)
            bytes.AddRange(Instruction(random));
        bytes.Add((byte)'.');
        return [.. bytes];
    }

    /// <summary>A pickle that is in order up to the place where it asks for a name that tensors do not need.</summary>
    /// <returns>The pickle, and the name as it is to be refused.</returns>
    public static (byte[] Pickle, string Name) Asking(Random random)
    {
        var (module, name) = random.Next(3) == 0 ? (Word(random), Word(random)) : s_others[random.Next(s_others.Length)];
        List<byte> bytes = [0x80, 4];
        for (var left = random.Next(0, 12); left > 0; left--)
            bytes.AddRange(Harmless(random));
        bytes.AddRange(random.Next(3) switch
        {
            0 => [(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")],
            1 => [(byte)'(', (byte)'i', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")],
            _ => [.. Short(module), .. Short(name), 0x93],
        });
        if (random.Next(2) == 0)
            bytes.AddRange([(byte)')', (byte)'R']);
        bytes.Add((byte)'.');
        return ([.. bytes], $"{module}.{name}");
    }

    private static byte[] Instruction(Random random) => random.Next(12) switch
    {
        0 => Global(s_known[random.Next(s_known.Length)]),
        1 => Global(s_others[random.Next(s_others.Length)]),
        2 => [(byte)'J', .. BitConverter.GetBytes(random.Next(4) == 0 ? random.Next() : random.Next(-2, 9))],
        3 => Short("storage"),
        4 => [(byte)'q', (byte)random.Next(4)],
        5 => [(byte)'h', (byte)random.Next(4)],
        6 => [(byte)'X', .. BitConverter.GetBytes(random.Next(3) == 0 ? random.Next() : 3), .. "abc"u8],
        7 => [0x8a, (byte)random.Next(20), .. Enumerable.Range(0, random.Next(20)).Select(_ => (byte)random.Next(256))],
        8 => [(byte)random.Next(256)],
        _ => [(byte)"(tQRbasuedl}])N0120"[random.Next(19)]],
    };

    /// <summary>Something that leaves the stack one value higher.</summary>
    private static byte[] Harmless(Random random) => random.Next(5) switch
    {
        0 => [(byte)'N'],
        1 => [(byte)'}'],
        2 => Short(Word(random)),
        3 => [(byte)'K', (byte)random.Next(256)],
        _ => Global(s_known[random.Next(s_known.Length)]),
    };

    private static byte[] Global((string Module, string Name) global) =>
        [(byte)'c', .. Encoding.UTF8.GetBytes($"{global.Module}\n{global.Name}\n")];

    private static byte[] Short(string text) => [0x8c, (byte)Encoding.UTF8.GetByteCount(text), .. Encoding.UTF8.GetBytes(text)];

    private static string Word(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => (char)random.Next('a', 'z' + 1)));
}
