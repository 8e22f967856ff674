namespace Peft.Generators.Tests;

/// <summary>What the generators know of the contract by name agrees with the contract.</summary>
public class ContractTests
{
    [Fact]
    public void The_generators_table_of_stream_sites_is_that_of_the_contract() =>
        Assert.All(Enum.GetValues<Site>(), site => Assert.Equal(Sites.KindOf(site) == SiteKind.Stream, Contract.IsStreamSite(site.ToString())));

    [Theory]
    [InlineData(Contract.PeftMethod, typeof(PeftMethodAttribute))]
    [InlineData(Contract.InjectAt, typeof(InjectAtAttribute))]
    [InlineData(Contract.Option, typeof(OptionAttribute))]
    [InlineData(Contract.Trainable, typeof(TrainableAttribute))]
    [InlineData(Contract.ProjectionSite, typeof(ProjectionSiteAttribute))]
    [InlineData(Contract.StreamSite, typeof(StreamSiteAttribute))]
    [InlineData(Contract.ProjectionMethod, typeof(ProjectionMethod))]
    [InlineData(Contract.StreamMethod, typeof(StreamMethod))]
    [InlineData(Contract.InjectionHost, typeof(IInjectionHost))]
    public void Names_are_those_of_the_contract(string name, Type type) => Assert.Equal(type.FullName, Contract.MetadataName(name));

    [Fact]
    public void Defaults_of_the_trainable_attribute_are_those_written_when_nothing_is_said()
    {
        var attribute = new TrainableAttribute("1");

        Assert.Contains(
            $"global::Peft.Init.{attribute.Init}, {Literals.Of(attribute.Std)}, \"{attribute.Group}\"",
            GeneratorHarness.RunClean(Sources.Shapes).Text,
            StringComparison.Ordinal);
    }
}
