using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// A method's formula combines tensors whose shapes do not fit, or gives a tensor of another shape than its site requires.
/// </summary>
/// <remarks>
/// TorchSharp does not convert an error of <c>Tensor.matmul</c>, and the process ends. Write <c>nn.functional.linear(x, A)</c> for
/// <c>x.matmul(A.t())</c>, and <c>mm</c> or <c>bmm</c> for products of two or three dimensions: their errors become this exception.
/// </remarks>
public sealed partial class MethodShapeException : InvalidOperationException
{
    private MethodShapeException(AdaptationMethod method, string problem, string tensors, Exception? inner)
        : base(
            $"method '{NameOf(method)}' at {method.Path} (site {method.Site}): {problem}. {tensors}; "
                + $"trainables {(method.Specs.Count == 0 ? "none" : string.Join(", ", method.Specs.Select(Text)))}.",
            inner)
    {
        (Method, Module, Site) = (NameOf(method), method.Path, method.Site);
    }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>The path of the module that the method is attached to.</summary>
    public string Module { get; }

    /// <summary>The site.</summary>
    public Site Site { get; }

    /// <summary>Whether an error of libtorch is about shapes: other errors, such as a lack of memory, are not converted.</summary>
    internal static bool IsAbout(ExternalException error) => Words().IsMatch(FirstLine(error)) && !error.Message.Contains("memory");

    /// <summary>The exception for an error of libtorch in a formula.</summary>
    internal static MethodShapeException Create(
        AdaptationMethod method, string formula, ExternalException error, params ReadOnlySpan<(string Name, Tensor Tensor)> inputs) =>
        new(method, $"{formula} failed: {FirstLine(error)}{Named(method, FirstLine(error))}", Text(inputs), error);

    /// <summary>The exception for a result of another shape than required.</summary>
    internal static MethodShapeException Create(
        AdaptationMethod method, string formula, string required, Tensor result,
        params ReadOnlySpan<(string Name, Tensor Tensor)> inputs) =>
        new(method, $"{formula} must give {required}, but gives {Text(result.shape)}", Text(inputs), inner: null);

    /// <summary>Whether two tensors have the same shape. Allocates nothing.</summary>
    internal static bool AreAlike(Tensor a, Tensor b)
    {
        var dimensions = (int)a.dim();
        if (dimensions != b.dim())
            return false;
        for (var i = 0; i < dimensions; i++)
        {
            if (a.size(i) != b.size(i))
                return false;
        }

        return true;
    }

    internal static string Text(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    private static string Text(TrainableSpec spec) => $"{spec.Name} {Text(spec.Shape)}";

    private static string Text(ReadOnlySpan<(string Name, Tensor Tensor)> inputs)
    {
        var texts = new List<string>();
        foreach (var (name, tensor) in inputs)
            texts.Add($"{name} {Text(tensor.shape)}");
        return texts.Count == 0 ? "No inputs" : $"Inputs {string.Join(", ", texts)}";
    }

    /// <summary>
    /// "; 4x16 is the shape of A": the trainables whose shape the message of libtorch names; else those that have it transposed.
    /// </summary>
    private static string Named(AdaptationMethod method, string message)
    {
        var hints = from Match match in Shapes().Matches(message)
                    let sizes = match.Value.Split('x').Select(size => long.Parse(size, CultureInfo.InvariantCulture)).ToList()
                    let same = method.Specs.Where(spec => spec.Shape.SequenceEqual(sizes)).ToList()
                    let turned = method.Specs.Where(spec => spec.Shape.Reverse().SequenceEqual(sizes)).ToList()
                    let named = same.Count > 0 ? same : turned
                    where named.Count > 0
                    select $"; {match.Value} is the shape of {string.Join(" and of ", named.Select(spec => spec.Name))}"
                        + (same.Count > 0 ? "" : ", transposed");
        return string.Concat(hints.Distinct());
    }

    private static string NameOf(AdaptationMethod method) =>
        method.GetType().GetCustomAttributes(typeof(PeftMethodAttribute), inherit: false) is [PeftMethodAttribute known]
            ? known.Name : method.GetType().Name;

    /// <summary>The message without libtorch's own stack trace.</summary>
    private static string FirstLine(ExternalException error) => error.Message.Split('\n', 2)[0].TrimEnd('.', '\r');

    [GeneratedRegex("shape|size|dimension|broadcast|rank")]
    private static partial Regex Words();

    [GeneratedRegex("\\d+(x\\d+)+")]
    private static partial Regex Shapes();
}
