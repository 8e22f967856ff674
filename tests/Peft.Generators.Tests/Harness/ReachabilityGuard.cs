using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Peft.Generators.Tests;

/// <summary>
/// Fails when something that keeps a compilation alive, or changes with each one, can be reached from a pipeline's value.
/// </summary>
internal static class ReachabilityGuard
{
    private static readonly Type[] s_forbidden =
    [
        typeof(ISymbol), typeof(SyntaxNode), typeof(SyntaxTree), typeof(SyntaxReference), typeof(Compilation), typeof(SemanticModel),
        typeof(AttributeData),
        typeof(Location), typeof(Diagnostic),
    ];

    public static void Check(object? value)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object?>([value]);
        while (open.TryPop(out var next))
        {
            // Descriptors are constants of the generators themselves.
            if (next is null or string or DiagnosticDescriptor || next.GetType().IsPrimitive || next.GetType().IsEnum)
                continue;
            if (!next.GetType().IsValueType && !seen.Add(next))
                continue;
            var found = s_forbidden.FirstOrDefault(type => type.IsAssignableFrom(next.GetType()));
            Assert.True(found is null, $"a {found?.Name} is reachable from a {value!.GetType().Name}");
            if (next is Array items)
            {
                foreach (var item in (IEnumerable)items)
                    open.Push(item);
            }

            foreach (var field in FieldsOf(next.GetType()))
                open.Push(field.GetValue(next));
        }
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type? type)
    {
        for (; type is not null && type != typeof(object) && type != typeof(Array); type = type.BaseType)
        {
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                yield return field;
        }
    }
}
