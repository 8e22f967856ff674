using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Hosts;

/// <summary>Repeats the declaration of a site method, as the part with the body must.</summary>
internal static class SiteDeclaration
{
    private static readonly SymbolDisplayFormat s_typeFormat =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
            SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_parameterFormat = s_typeFormat.WithParameterOptions(
        SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeParamsRefOut);

    /// <summary>The declaration with full names, without its semicolon.</summary>
    public static string Write(IMethodSymbol method, MethodDeclarationSyntax syntax)
    {
        var parameters = new List<string>();
        foreach (var parameter in method.Parameters)
            parameters.Add(parameter.ToDisplayString(s_parameterFormat));
        var returns = method.ReturnType.ToDisplayString(s_typeFormat);
        return $"{syntax.Modifiers} {returns} {syntax.Identifier.Text}{syntax.TypeParameterList}({string.Join(", ", parameters)})";
    }

    /// <summary>The parameters' names, as a call passes them on.</summary>
    public static string Arguments(IMethodSymbol method)
    {
        var names = new List<string>();
        foreach (var parameter in method.Parameters)
            names.Add(MemberNames.Escape(parameter.Name));
        return string.Join(", ", names);
    }
}
