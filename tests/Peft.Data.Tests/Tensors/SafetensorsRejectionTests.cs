using System.Text;

namespace Peft.Data.Tests;

/// <summary>Every rule of the format, broken once.</summary>
public sealed class SafetensorsRejectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, int, string> BadHeaders => new()
    {
        { """x{}""", 0, "must begin with '{'" },
        { """ {}""", 0, "must begin with '{'" },
        { "", 0, "must begin with '{'" },
        { "{", 0, "not valid JSON" },
        { "{} x", 0, "not valid JSON" },
        { "{},", 0, "not valid JSON" },
        { """{"a":1}""", 0, "must be an object" },
        {
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
            2,
            "'a' stands twice in the header"
        },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "'a' stands twice" },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' stands twice" },
        { """{"__metadata__":{"k":"1","k":"2"}}""", 0, "'k' stands twice" },
        { """{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "'dtype' stands twice" },
        { """{"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}""", 1, "'shape' stands twice" },
        { """{"a":{"x":1,"x":1,"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "'x' stands twice" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "Holes" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3, "Holes" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "Overlaps" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2, "Overlaps" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1, "before its begin" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes" },
        { """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}""", 8, "needs 4 bytes" },
        { """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,4]}}""", 4, "needs 0 bytes" },
        { """{"a":{"dtype":"U8","shape":[4294967296,4294967296,2],"data_offsets":[0,0]}}""", 0, "overflows" },
        { """{"a":{"dtype":"U64","shape":[4611686018427387904],"data_offsets":[0,0]}}""", 0, "overflows" },
        { """{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,0]}}""", 0, "whole number" },
        { """{"a":{"dtype":"Q8","shape":[1],"data_offsets":[0,1]}}""", 1, "unknown dtype 'Q8'" },
        { """{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype" },
        { """{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1, "whole byte" },
        { """{"a":{"dtype":"F6_E2M3","shape":[2],"data_offsets":[0,1]}}""", 1, "whole byte" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2, "1 bytes follow the last tensor" },
        { "{}", 1, "follow the last tensor" },
        { """{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", 4, "need 9 bytes" },
        { """{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, "whole number" },
        { """{"a":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}""", 0, "whole number" },
        { """{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", 1, "whole number" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1e0]}}""", 1, "whole number" },
        { """{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1, "whole number" },
        { """{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", 1, "list of numbers" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":{}}}""", 1, "list of numbers" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", 1, "[begin, end]" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}""", 1, "[begin, end]" },
        { """{"a":{"dtype":4,"shape":[1],"data_offsets":[0,1]}}""", 1, "must be a string" },
        { """{"a":{"shape":[1],"data_offsets":[0,1]}}""", 1, "lacks 'dtype'" },
        { """{"a":{"dtype":"U8","data_offsets":[0,1]}}""", 1, "lacks 'shape'" },
        { """{"a":{"dtype":"U8","shape":[1]}}""", 1, "lacks 'data_offsets'" },
        { """{"__metadata__":{"k":1}}""", 0, "'__metadata__.k' must be a string" },
        { """{"__metadata__":{"k":null}}""", 0, "must be a string" },
        { """{"__metadata__":[]}""", 0, "must be an object" },
        { """{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "Unicode" },
        { "{\"a\":" + new string('[', 100) + new string(']', 100) + "}", 0, "must be an object" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void A_bad_header_is_refused_by_its_own_message(string header, int dataLength, string said)
    {
        var file = _folder.WriteSafetensors(Encoding.UTF8.GetBytes(header), dataLength);

        var error = Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Open(file));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0], "has 0 bytes")]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0 }, "has 7 bytes")]
    [InlineData(new byte[] { 0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0, (byte)'{' }, "100000001 bytes, at most 100000000")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'{' }, "18446744073709551615 bytes, at most")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}' }, "only 10 in all")]
    [InlineData(new byte[] { 5, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)'}' }, "not UTF-8")]
    public void A_bad_frame_is_refused(byte[] content, string said)
    {
        var file = _folder.Write("crafted.safetensors", content);

        Assert.Contains(said, Assert.Throws<SafetensorsFormatException>(
            () => SafetensorsFile.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_and_every_changed_byte_gives_a_typed_error_or_a_valid_file()
    {
        var path = Path.Combine(_folder.Path, "good.safetensors");
        SafetensorsWriter.Write(path, [new("a", DType.F32, [2], new byte[8]), new("b", DType.I64, [], new byte[8])]);
        var good = File.ReadAllBytes(path);
        for (var length = 0; length < good.Length; length++)
            Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Open(_folder.Write("cut.safetensors", good[..length])));

        var random = new Random(7);
        for (var trial = 0; trial < 3000; trial++)
        {
            var changed = (byte[])good.Clone();
            for (var change = random.Next(1, 4); change > 0; change--) changed[random.Next(good.Length)] = (byte)random.Next(256);
            var error = Record.Exception(() => SafetensorsFile.Open(_folder.Write("changed.safetensors", changed)).Dispose());
            Assert.True(error is null or SafetensorsFormatException, error?.ToString());
        }
    }

    [Fact]
    public void A_header_full_of_claims_costs_little_memory()
    {
        var header = """{"a":{"dtype":"U8","shape":[9000000000000000000],"data_offsets":[0,9000000000000000000]}}""";
        var file = _folder.WriteSafetensors(Encoding.UTF8.GetBytes(header), 0);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Open(file));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }
}
