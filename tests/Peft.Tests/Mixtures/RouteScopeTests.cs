using Peft.Tests.Decoding;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

/// <summary>What shares a pick, and where experts start: as the released code for GPT-2 has them, or not.</summary>
public class RouteScopeTests
{
    [Theory]
    [InlineData("site", 4)]
    [InlineData("layer", 2)]
    public void Sites_of_a_layer_pick_together_or_each_for_itself(string route, int choices)
    {
        using var subject = new DecoderSubject("lora", mixed: true, $"adamix.experts=5 adamix.route={route}");
        var router = subject.Model.Adapter!.Router!;
        Assert.Equal(choices, router.Slots.Count(slot => slot.Experts == 5)); // 2 layers of query and value; B is shared
        Assert.Equal(route == "layer", router.Slots.All(slot => slot.Site is null));
    }

    [Theory]
    [InlineData("different", 8)]
    [InlineData("identical", 2)]
    public void Experts_start_from_values_of_their_own_or_from_those_of_the_first(string starts, int distinct)
    {
        using var subject = new DecoderSubject("lora", mixed: true, $"adamix.experts=2 adamix.starts={starts}", perturbed: false);
        var firsts = subject.Model.Adapter!.NamedParameters.Where(pair => pair.Key.Contains(".A.", StringComparison.Ordinal)).ToList();
        Assert.Equal(8, firsts.Count); // 2 layers, query and value, 2 experts
        Assert.Equal(distinct, firsts.Select(pair => string.Join(',', pair.Parameter.to(float64).data<double>().ToArray())).Distinct()
            .Count());
    }

    [Theory]
    [InlineData("route", "block")]
    [InlineData("starts", "same")]
    public void Other_words_are_refused(string option, string value) =>
        Assert.Contains(value, Assert.Throws<MethodOptionException>(
            () => new DecoderSubject("lora", mixed: true, $"adamix.{option}={value}")).Message);
}
