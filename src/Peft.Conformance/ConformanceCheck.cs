namespace Peft;

/// <summary>A check of one invariant.</summary>
public sealed class ConformanceCheck
{
    private readonly Action<ConformanceCase> _body;

    private readonly CheckScope _scope;

    internal ConformanceCheck(string id, string title, Action<ConformanceCase> body, CheckScope scope = CheckScope.All) =>
        (Id, Title, _body, _scope) = (id, title, body, scope);

    /// <summary>Its short name, <c>I50</c>.</summary>
    public string Id { get; }

    /// <summary>The invariant, in words.</summary>
    public string Title { get; }

    /// <summary>Whether the check applies to a case.</summary>
    /// <param name="backbone">The backbone of the method.</param>
    /// <param name="mixed">Whether it is mixed.</param>
    /// <returns>False if the check is only for mixtures, encoders or decoders, and the case is not one.</returns>
    public bool AppliesTo(ConformanceBackbone backbone, bool mixed) => _scope switch
    {
        CheckScope.Mixtures => mixed,
        CheckScope.Encoders => backbone != ConformanceBackbone.Gpt2,
        CheckScope.Decoders => backbone == ConformanceBackbone.Gpt2,
        _ => true,
    };

    /// <summary>Runs the check.</summary>
    /// <param name="subject">The method and its backbone.</param>
    /// <returns>The result. Any exception, including one of the method's own code, is a failure.</returns>
    public ConformanceResult Run(ConformanceCase subject)
    {
        string? failure = null;
        try
        {
            _body(subject);
        }
        catch (Exception problem)
        {
            failure = problem is UnmetException ? problem.Message : $"{problem.GetType().Name}: {problem.Message}";
        }

        return new ConformanceResult(Id, Title, subject.Expression, subject.Backbone.ToString(), subject.Mixed, failure);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Title}";
}

/// <summary>Which cases a check applies to.</summary>
internal enum CheckScope
{
    /// <summary>Every method, backbone, plain or mixed.</summary>
    All,

    /// <summary>Mixtures.</summary>
    Mixtures,

    /// <summary>Methods on encoders.</summary>
    Encoders,

    /// <summary>Methods on decoders.</summary>
    Decoders,
}

/// <summary>The result of a check.</summary>
/// <param name="Check">The check's short name.</param>
/// <param name="Title">The invariant.</param>
/// <param name="Method">The method.</param>
/// <param name="Backbone">The <see cref="ConformanceBackbone"/>.</param>
/// <param name="Mixed">Whether a mixture of it was checked.</param>
/// <param name="Failure">The observed violation; null if passed.</param>
public sealed record ConformanceResult(string Check, string Title, string Method, string Backbone, bool Mixed, string? Failure);

/// <summary>A method and its backbone for a check.</summary>
/// <param name="Registry">The known methods.</param>
/// <param name="Expression">The method.</param>
/// <param name="Settings">Values by <c>method.option</c>.</param>
/// <param name="Backbone">The backbone.</param>
/// <param name="Mixed">Whether it is mixed.</param>
public sealed record ConformanceCase(
    MethodRegistry Registry, string Expression, IReadOnlyDictionary<string, string> Settings, ConformanceBackbone Backbone, bool Mixed);

/// <summary>A method fails checks of the battery.</summary>
/// <param name="method">The method.</param>
/// <param name="failures">The checks that failed.</param>
public sealed class ConformanceException(string method, IReadOnlyList<ConformanceResult> failures) : Exception(
    $"{method} fails {failures.Count} checks:\n"
    + string.Join('\n', failures.Select(one => $"  {one.Check} ({one.Backbone}{(one.Mixed ? ", mixed" : "")}) {one.Title}: {one.Failure}")))
{
    /// <summary>The checks that failed.</summary>
    public IReadOnlyList<ConformanceResult> Failures { get; } = failures;
}

/// <summary>A requirement of a check is violated.</summary>
/// <param name="message">What was found.</param>
internal sealed class UnmetException(string message) : Exception(message);
