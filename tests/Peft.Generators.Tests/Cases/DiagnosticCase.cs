namespace Peft.Generators.Tests;

/// <summary>A source with errors and what is said of it.</summary>
/// <param name="Name">What is wrong, in words.</param>
/// <param name="Source">The source; <c>[|...|]</c> marks what is squiggled, once for each expected diagnostic, in order.</param>
/// <param name="Expected">Ids and messages, in the order of the marks.</param>
internal sealed record DiagnosticCase(string Name, string Source, params (string Id, string Message)[] Expected)
{
    /// <summary>Errors of the compiler that nobody can spare the user; none in most cases.</summary>
    public IReadOnlyList<string> CompilerErrors { get; init; } = [];

    public static IReadOnlyList<DiagnosticCase> All { get; } =
        [.. MethodCases.All, .. CreationCases.All, .. OptionCases.All, .. TrainableCases.All, .. SiteCases.All, .. SiteMethodCases.All,
            .. AttributeCases.All, .. SiteUseCases.All];
}
