using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Peft.Generators;

/// <summary>Values as C# spells them.</summary>
internal static class Literals
{
    public static string Format(string? text) => text is null ? "null" : SymbolDisplay.FormatLiteral(text, quote: true);

    public static string Format(bool value) => value ? "true" : "false";

    public static string Format(double value)
    {
        if (double.IsNaN(value))
            return "double.NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.IndexOfAny(['.', 'E']) < 0 ? text + ".0" : text;
    }

    /// <summary>An enum's value: its member, or a cast where it has none.</summary>
    public static string OfEnum(TypedConstant constant)
    {
        var type = constant.Type!.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return EnumMember(constant) is { } member
            ? $"{type}.{member}"
            : $"({type})({Convert.ToString(constant.Value, CultureInfo.InvariantCulture)})";
    }

    /// <summary>The name of an enum's member, or null for a value that has none.</summary>
    public static string? EnumMember(TypedConstant constant)
    {
        foreach (var member in constant.Type!.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field && Equals(field.ConstantValue, constant.Value))
                return field.Name;
        }

        return null;
    }
}
