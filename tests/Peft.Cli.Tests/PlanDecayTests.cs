using System.Text.Json.Nodes;

namespace Peft.Cli.Tests;

/// <summary><c>peft plan</c> shows which parameters weight decay applies to.</summary>
public sealed class PlanDecayTests
{
    [Theory]
    [InlineData("full", "26 matrices (3,211,776), 3 embeddings (2,130,432); none: 18 norms (4,608), 26 vectors (9,474)")]
    [InlineData("lora", "17 matrices (33,280); none: 1 vector (2)")]
    public void Both_groups_are_shown_with_counts(string method, string groups) =>
        Assert.Contains($"weight decay: {groups}", Cli.Run("plan", "--method", method).Output, StringComparison.Ordinal);

    [Fact]
    public void Json_has_the_groups_of_a_decoder()
    {
        var plan = JsonNode.Parse(Cli.Run("plan", "--method", "full", "--backbone", "builtin-gpt2", "--json").Output)!;
        var groups = ((JsonArray)plan["decay"]!)
            .Select(group => ((string)group!["kind"]!, (bool)group["isDecayed"]!, (int)group["tensors"]!));
        Assert.Equal([("matrix", true, 24), ("embedding", true, 2), ("norm", false, 18), ("vector", false, 24)], groups);
    }
}
