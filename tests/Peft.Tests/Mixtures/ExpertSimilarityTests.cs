using Peft.Tests.Adapters;
using Peft.Tests.Training;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

/// <summary>How alike the experts of a mixture are.</summary>
public sealed class ExpertSimilarityTests
{
    [Fact]
    public void Equal_experts_have_similarity_1_and_those_of_known_angles_their_mean_cosine()
    {
        using var bench = new Bench();
        var mixture = new MixtureOptions { Experts = 3, Shared = [] };
        var adapter = bench.Model.Adapters.Add("mixture", AdapterSpec.For<Methods.Houlsby>(mixture), seed: 1);
        bench.Model.Adapters.Activate("mixture");
        var banks = adapter.NamedParameters.GroupBy(pair => pair.Key[..pair.Key.LastIndexOf('.')]).ToList();
        using (no_grad())
        {
            foreach (var (_, parameter) in adapter.NamedParameters)
                parameter.fill_(0.5);
            Assert.Equal(1, ExpertSimilarity.Measure(bench.Model)!.Value, 1e-12);
            foreach (var bank in banks)
            {
                foreach (var (index, (_, parameter)) in bank.Index())
                    parameter.fill_(index == 0 ? 1 : index == 1 ? -2 : 0); // cosines -1, 0 and 0: nothing is like zeros
            }

            Assert.Equal(-1.0 / 3, ExpertSimilarity.Measure(bench.Model)!.Value, 1e-12);
            foreach (var (_, parameter) in adapter.NamedParameters)
                parameter.zero_();
            Assert.Equal(1, ExpertSimilarity.Measure(bench.Model)); // experts of zeros are equal
        }
    }

    [Fact]
    public void A_method_without_a_mixture_has_none()
    {
        using var bench = new Bench();
        Assert.Null(ExpertSimilarity.Measure(bench.Model));
        bench.Model.Adapters.Add("plain", AdapterSpec.For<Methods.Houlsby>(), seed: 1);
        bench.Model.Adapters.Activate("plain");
        Assert.Null(ExpertSimilarity.Measure(bench.Model));
    }

    [Fact]
    public void A_run_of_a_mixture_records_it_after_each_epoch()
    {
        var epochs = Watching.Run(Watching.Short with { Method = "adamix(lora)", LearningRate = 1e-2 }).Epochs;
        Assert.All(epochs, epoch => Assert.InRange(epoch.ExpertSimilarity!.Value, -1, 1));
        Assert.NotEqual(epochs[0].ExpertSimilarity, epochs[1].ExpertSimilarity);
        Assert.All(Watching.Run(Watching.Short with { Method = "lora" }).Epochs, epoch => Assert.Null(epoch.ExpertSimilarity));
    }
}
