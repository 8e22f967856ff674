using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Checks that an option's Min and Max allow some value, and its default.</summary>
internal static class OptionRange
{
    public static Diagnostic? Check(IPropertySymbol property, AttributeData attribute, Compilation compilation)
    {
        // A property of another assembly's class has no syntax here; its own compilation has checked it.
        var (hasMin, hasMax) = (attribute.NamedConstant("Min") is not null, attribute.NamedConstant("Max") is not null);
        if (!(hasMin || hasMax)
            || property.DeclaringSyntaxReferences.IsEmpty
            || property.DeclaringSyntaxReferences[0].GetSyntax() is not PropertyDeclarationSyntax syntax)
        {
            return null;
        }

        var range = attribute.LocationOf(hasMin ? "Min" : "Max");
        if (property.Type.SpecialType is not (SpecialType.System_Int32 or SpecialType.System_Double))
            return Problem(property, range, "Min and Max are for numbers, not for "
                + $"'{property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'");
        var (min, max) = (attribute.Named("Min", double.NegativeInfinity), attribute.Named("Max", double.PositiveInfinity));
        if (!(min <= max))
            return Problem(property, range, $"no number is at least {Text(min)} and at most {Text(max)}");
        if (Default(property, syntax, compilation) is not { } value || (value >= min && value <= max))
            return null;
        var location = syntax.Initializer is { } initializer ? initializer.Value.GetLocation() : syntax.Identifier.GetLocation();
        return Problem(property, location, $"its default {Text(value)} is "
            + $"{(value < min ? $"less than Min, {Text(min)}" : $"greater than Max, {Text(max)}")}");
    }

    /// <summary>The value of a new instance; null if it is not known at compile time.</summary>
    private static double? Default(IPropertySymbol property, PropertyDeclarationSyntax syntax, Compilation compilation)
    {
        foreach (var constructor in property.ContainingType.InstanceConstructors)
        {
            if (!constructor.IsImplicitlyDeclared)
                return null;
        }

        if (syntax.Initializer is null)
            return IsAutomatic(syntax) ? 0 : null;

        // Most defaults are literals, which need no binding.
        var constant = syntax.Initializer.Value is LiteralExpressionSyntax { Token.Value: int or double } literal
            ? new Optional<object?>(literal.Token.Value)
            : compilation.GetSemanticModel(syntax.SyntaxTree).GetConstantValue(syntax.Initializer.Value);
        return constant.Value is int or double or float or long or byte or short
            ? Convert.ToDouble(constant.Value, CultureInfo.InvariantCulture)
            : null;
    }

    private static bool IsAutomatic(PropertyDeclarationSyntax syntax)
    {
        foreach (var accessor in syntax.AccessorList?.Accessors ?? default)
        {
            if (accessor is not { Body: null, ExpressionBody: null })
                return false;
        }

        return !syntax.Modifiers.Any(SyntaxKind.AbstractKeyword);
    }

    private static Diagnostic Problem(IPropertySymbol property, Location location, string problem) =>
        Rule.Broken(DiagnosticDescriptors.BadOptionRange, location, property.Name, problem);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
