using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace Peft.Generators.Methods;

/// <summary>One size of a shape: a product of whole numbers and names.</summary>
internal sealed class ShapeSize(List<string> factors)
{
    /// <summary>The size as an expression of type int or long; products are worked out in 64 bits.</summary>
    public string ToCode()
    {
        var code = new List<string>();
        foreach (var factor in factors)
            code.Add(IsNumber(factor) ? factor : MemberNames.Escape(factor));
        if (code.Count > 1)
            code[0] = IsNumber(code[0]) ? code[0] + "L" : "(long)" + code[0];
        return string.Join(" * ", code);
    }

    public IEnumerable<string> Names()
    {
        foreach (var factor in factors)
        {
            if (!IsNumber(factor))
                yield return factor;
        }
    }

    internal static bool IsNumber(string factor) => factor[0] is >= '0' and <= '9';
}

/// <summary>Reads shapes: "2 * Rank, In".</summary>
internal static class ShapeParser
{
    /// <summary>The sizes; null, with a problem, when the text is no shape.</summary>
    public static List<ShapeSize>? Parse(string shape, out string problem)
    {
        var sizes = new List<ShapeSize>();
        foreach (var text in shape.Split(','))
        {
            var factors = new List<string>();
            foreach (var part in text.Split('*'))
            {
                var factor = part.Trim();
                if (Problem(factor, text.Trim()) is { } found)
                {
                    problem = found;
                    return null;
                }

                factors.Add(factor);
            }

            sizes.Add(new ShapeSize(factors));
        }

        problem = "";
        return sizes;
    }

    private static string? Problem(string factor, string size)
    {
        if (size.Length == 0)
            return "a size is missing";
        if (factor.Length == 0)
            return $"a factor is missing in '{size}'";
        if (SyntaxFacts.IsValidIdentifier(factor))
            return null;
        return ShapeSize.IsNumber(factor) && int.TryParse(factor, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0
            ? null
            : $"'{factor}' is neither a positive whole number nor a name";
    }
}
