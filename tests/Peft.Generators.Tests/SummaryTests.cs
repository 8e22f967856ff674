using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Peft.Generators.Tests;

/// <summary>The one line that a descriptor takes from the class's documentation.</summary>
public class SummaryTests
{
    [Theory]
    [InlineData("/// <summary>One. Two.</summary>", "One.")]
    [InlineData("/// <summary>y = x (Hu et al. 2021, eq. 3). More.</summary>", "y = x (Hu et al. 2021, eq. 3).")]
    [InlineData("/// <summary>\n/// Over\n///   lines.\n/// </summary>", "Over lines.")]
    [InlineData("/// <summary>See <see cref=\"System.Math.Max(int,int)\"/> and <paramref name=\"x\"/>.</summary>", "See Max(int,int) "
        + "and x.")]
    [InlineData("/// <summary>Is <c>a &lt; b</c>, <see langword=\"null\"/>.</summary>", "Is a < b, null.")]
    [InlineData("/** <summary>Starred. Twice.</summary> */", "Starred.")]
    [InlineData("// <summary>No documentation.</summary>", "")]
    [InlineData("/// <remarks>No summary.</remarks>", "")]
    [InlineData("", "")]
    public void First_sentence(string comment, string expected)
    {
        foreach (var mode in new[] { DocumentationMode.None, DocumentationMode.Parse })
        {
            var options = GeneratorHarness.ParseOptions.WithDocumentationMode(mode);
            var source = GeneratorHarness.Usings
                + comment
                + "\n[PeftMethod(\"m\")] [InjectAt(Site.Query)] internal sealed partial class M : ProjectionMethod { "
                + "protected override Tensor Apply(Tensor x, Tensor y) => y; }";

            var run = GeneratorHarness.Run(GeneratorHarness.Compile(options, source));

            Assert.Contains($"Summary = {SymbolDisplay.FormatLiteral(expected, quote: true)},", run.Text, StringComparison.Ordinal);
        }
    }
}
