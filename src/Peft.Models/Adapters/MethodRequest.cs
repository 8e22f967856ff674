namespace Peft.Models;

/// <summary>A method as users write it, with its settings.</summary>
/// <param name="Expression">The method or methods.</param>
/// <param name="Settings">Values by <c>method.option</c>.</param>
internal sealed record MethodRequest(string Expression, Dictionary<string, string> Settings)
{
    /// <summary>What the user should know about the file's configuration.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    public AdapterSpec ToSpec(MethodRegistry registry) => MethodExpression.Parse(registry, Expression, Settings);
}
