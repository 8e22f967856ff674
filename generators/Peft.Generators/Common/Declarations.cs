using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators;

/// <summary>Facts about a declaration that need no symbols.</summary>
internal static class Declarations
{
    /// <summary>Whether a type seems to have an attribute of the contract.</summary>
    public static bool HasAttribute(SyntaxNode? type, string attribute)
    {
        foreach (var list in (type as TypeDeclarationSyntax)?.AttributeLists ?? default)
        {
            foreach (var written in list.Attributes)
            {
                var name = written.Name is QualifiedNameSyntax qualified ? qualified.Right : written.Name as SimpleNameSyntax;
                var text = name?.Identifier.ValueText;
                if (text == attribute || text + nameof(Attribute) == attribute)
                    return true;
            }
        }

        return false;
    }
}
