using System.Text.RegularExpressions;

namespace Peft.Generators.Tests;

/// <summary>What the generators know of the contract by name agrees with the contract.</summary>
public partial class ContractTests
{
    [Fact]
    public void The_generators_table_of_sites_is_that_of_the_contract() =>
        Assert.All(Enum.GetValues<Site>(), site => Assert.Equal(Sites.KindOf(site).ToString(), ContractKind.OfSite(site.ToString()).Name));

    [Fact]
    public void The_generators_table_of_kinds_is_that_of_the_contract()
    {
        Assert.Equal(Enum.GetNames<SiteKind>(), ContractKind.OfMethods.Select(kind => kind.Name));
        foreach (var kind in ContractKind.OfMethods)
            Assert.True(typeof(AdaptationMethod).Assembly.GetType("Peft." + kind.Base)?.IsSubclassOf(typeof(AdaptationMethod)), kind.Base);
        foreach (var kind in ContractKind.Offered)
        {
            Assert.True(typeof(AdaptationMethod).Assembly.GetType($"Peft.{kind.Attribute}Attribute")?.IsSubclassOf(
                typeof(Attribute)), kind.Attribute);
            Assert.True(typeof(AdaptationMethod).Assembly.GetType("Peft." + kind.Point)?.IsSubclassOf(typeof(InjectionPoint)), kind.Point);
        }
    }

    [Theory]
    [InlineData(Contract.PeftMethod, typeof(PeftMethodAttribute))]
    [InlineData(Contract.InjectAt, typeof(InjectAtAttribute))]
    [InlineData(Contract.Option, typeof(OptionAttribute))]
    [InlineData(Contract.Trainable, typeof(TrainableAttribute))]
    [InlineData(Contract.Part, typeof(PartAttribute))]
    [InlineData(Contract.AttentionInputs, typeof(AttentionInputs))]
    [InlineData(Contract.InjectionHost, typeof(InjectionHostAttribute))]
    public void Names_are_those_of_the_contract(string name, Type type) => Assert.Equal(type.FullName, Contract.MetadataName(name));

    /// <summary>Read as text: the generators' tests reference the contract alone.</summary>
    [Fact]
    public void Place_settings_are_those_that_are_taken_out_of_a_methods_settings() => Assert.Equal(
        PlaceNames().Matches(Repository.Read("src", "Peft", "Registry", "PlaceSettings.cs")).Select(match => match.Groups[1].Value).Order(),
        Contract.PlaceSettings.Order());

    [Fact]
    public void The_reserved_name_is_that_of_mixtures() =>
        Assert.Contains($"const string Name = \"{Contract.Mixture}\"", Repository.Read(
            "src", "Peft", "Mixtures", "MixtureOptions.cs"), StringComparison.Ordinal);

    [Fact]
    public void Defaults_of_the_trainable_attribute_are_those_written_when_nothing_is_said()
    {
        var attribute = new TrainableAttribute("1");

        Assert.Contains(
            $"global::Peft.Init.{attribute.Init}, {Literals.Format(attribute.Std)}, \"{attribute.Group}\"",
            GeneratorHarness.RunClean(Sources.Shapes).Text,
            StringComparison.Ordinal);
    }

    [GeneratedRegex("settings\\.Remove\\(\"(\\w+)\"")]
    private static partial Regex PlaceNames();
}
