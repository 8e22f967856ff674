using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peft.Data.Tests;

/// <summary>Faults of JSON are said without .NET's names of types, and with their place.</summary>
public sealed class JsonFaultTests
{
    private static readonly JsonSerializerOptions s_options = JsonRecord.Strict(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    });

    [Theory]
    [InlineData("{\"rows\": 3,\n \"name\": \"a\", \"parts\": [}", "'}' is an invalid start of a value (line 2, byte 24)")]
    [InlineData("", "(line 1, byte 0)")]
    [InlineData("{\"rows\": \"many\", \"name\": \"a\", \"parts\": []}", "rows: is of another type than expected, or null")]
    [InlineData("{\"rows\": 3, \"name\": null, \"parts\": []}", "name: is of another type than expected, or null")]
    [InlineData("{\"rows\": 3, \"name\": \"a\", \"parts\": [\"b\", 4]}", "parts[1]: is of another type than expected, or null")]
    [InlineData("{\"rows\": 3, \"name\": \"a\", \"parts\": [null]}", "$.parts holds null")]
    [InlineData("{\"rows\": 3, \"parts\": []}", "the file: lacks 'name'")]
    [InlineData("{\"rows\": 3, \"name\": \"a\", \"parts\": [], \"nam\": 1}", "there is no member 'nam'")]
    [InlineData("{\"rows\": 3, \"rows\": 4, \"name\": \"a\", \"parts\": []}", "'rows' is given twice")]
    [InlineData("[]", "the file: is of another type than expected, or null")]
    [InlineData("null", "the file is null")]
    public void A_fault_is_one_sentence(string json, string says)
    {
        var fault = Assert.ThrowsAny<JsonException>(() => JsonRecord.Read<Sample>(Encoding.UTF8.GetBytes(json), s_options));
        var described = JsonFault.Describe(fault);
        Assert.EndsWith(says, described);
        Assert.DoesNotContain("System.", described);
        Assert.DoesNotContain("Sample", described);
        Assert.DoesNotContain("LineNumber", described);
    }

    [Fact]
    public void Of_a_line_the_caller_knows_the_number()
    {
        var fault = Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse("{\"a\": }"));
        Assert.Equal("'}' is an invalid start of a value, byte 6", JsonFault.DescribeLine(fault));
    }

    private sealed record Sample(int Rows, string Name, IReadOnlyList<string> Parts);
}
