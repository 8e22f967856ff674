using Microsoft.CodeAnalysis.CodeFixes;
using Peft.CodeFixes;

namespace Peft.Generators.Tests;

/// <summary>Code fixes give the source expected, and what they were offered for is gone.</summary>
public class CodeFixTests
{
    public static TheoryData<string> Names => [.. CodeFixCase.All.Select(@case => @case.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_fix_mends_what_it_was_offered_for(string name)
    {
        var @case = Assert.Single(CodeFixCase.All, @case => @case.Name == name);

        await new CodeFixCheck(@case).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(@case.Left, CodeFixHarness.Diagnose(GeneratorHarness.Usings + @case.Expected).Select(diagnostic => diagnostic.Id));
    }

    [Fact]
    public void Every_fix_has_a_case() => Assert.Equal(
        typeof(RuleFix).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(CodeFixProvider)) && !type.IsAbstract)
            .Select(type => type.Name).Order(),
        CodeFixCase.All.Select(@case => @case.Fix.GetType().Name).Distinct().Order());

    [Fact]
    public async Task Only_sites_of_the_methods_kind_are_offered() => Assert.Equal(
        ["Inject at EmbeddingNorm", "Inject at AttentionNorm", "Inject at FeedForwardNorm", "Inject at FinalNorm"],
        await CodeFixHarness.TitlesAsync(
            new AddSiteFix(),
            GeneratorHarness.Usings
            + "[PeftMethod(\"m\")] internal sealed partial class M : NormMethod { protected override NormParameters "
                + "Apply(NormParameters norm) => norm; }"));

    [Fact]
    public async Task A_stream_method_is_offered_no_delta() => Assert.Equal(
        ["Remove Mergeable"],
        await CodeFixHarness.TitlesAsync(
            new DeltaFix(),
            GeneratorHarness.Usings
            + """
            [PeftMethod("m", Mergeable = true)] [InjectAt(Site.AfterAttention)]
            internal sealed partial class M : StreamMethod { protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden; }
            """));

    [Theory]
    [InlineData("Hidden")]
    [InlineData("X")]
    public async Task A_name_that_is_like_no_other_is_left_alone(string size) => Assert.Empty(
        await CodeFixHarness.TitlesAsync(new ShapeNameFix(), GeneratorHarness.Usings + MemberFixCases.Class($"[Trainable(\"{size}\")] "
            + $"private partial Tensor A {{ get; }}")));

    [Theory]
    [InlineData("int Rank => 8 * In;")]
    [InlineData("int Rank { get => 8; }")]
    public async Task An_option_that_is_computed_is_left_alone(string property) => Assert.Empty(
        await CodeFixHarness.TitlesAsync(
            new InitAccessorFix(), GeneratorHarness.Usings + MemberFixCases.Class("[Option] public " + property)));

    [Theory]
    [InlineData("[Trainable(\"In\", Group = \"none\")] private partial Tensor A { get; }")]
    [InlineData("[Trainable(\"In\", Group = \"\")] private partial Tensor A { get; }")]
    public async Task A_group_that_has_no_other_name_is_left_alone(string member) =>
        Assert.Empty(await CodeFixHarness.TitlesAsync(new GroupNameFix(), GeneratorHarness.Usings + MemberFixCases.Class(member)));

    [Fact]
    public async Task A_default_out_of_its_range_is_left_alone() => Assert.Empty(
        await CodeFixHarness.TitlesAsync(new OptionRangeFix(), GeneratorHarness.Usings + MemberFixCases.Class("[Option(Min = 1)] public "
            + "int Rank { get; init; }")));

    [Fact]
    public async Task A_condition_is_not_mended_by_a_property_of_another_type() => Assert.Empty(
        await CodeFixHarness.TitlesAsync(
            new MemberNameFix(),
            GeneratorHarness.Usings + MemberFixCases.Class(
                "[Trainable(\"In\", When = \"Flga\")] private partial Tensor A { get; } private int Flag => 1;")));

    [Fact]
    public async Task Only_fields_of_the_layer_are_offered() => Assert.Equal(
        ["Use 'first'", "Use 'second'"],
        await CodeFixHarness.TitlesAsync(
            new SiteFieldFix(),
            GeneratorHarness.Usings
            + """
            [InjectionHost]
            internal sealed partial class Layer
            {
                private readonly Linear first = null!;
                private readonly Linear second = null!;
                private readonly LayerNorm norm = null!;
                [ProjectionSite(Site.Query, "third")] public partial Tensor Query(Tensor x);
            }
            """));
}
