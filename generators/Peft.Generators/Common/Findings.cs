using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>What a parser finds wrong with a declaration. The analyzers collect it; the generators parse the same and do not.</summary>
internal sealed class Findings(bool areWanted)
{
    private readonly List<Diagnostic> _found = [];

    /// <summary>Whether findings are collected. If not, checks that have no effect on the model are skipped.</summary>
    public bool AreWanted => areWanted;

    public IReadOnlyList<Diagnostic> Found => _found;

    public void Add(Diagnostic problem)
    {
        if (areWanted)
            _found.Add(problem);
    }

    /// <summary>The arguments of the message are properties too ("0", "1"), since code fixes cannot see those of a message.</summary>
    public void Add(DiagnosticDescriptor rule, Location where, params string[] arguments)
    {
        if (areWanted)
            _found.Add(Rule.Broken(rule, where, arguments));
    }
}
