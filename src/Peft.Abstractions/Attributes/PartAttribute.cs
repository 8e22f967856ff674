namespace Peft;

/// <summary>Names a method that a <see cref="CompositeMethod"/> consists of.</summary>
/// <remarks>
/// You write:
/// <code>
/// [PeftMethod("mam", Paper = "https://arxiv.org/abs/2110.04366")]
/// [Part("prefix", "length=30", "middle=800"), Part("parallel")]
/// public sealed partial class Mam : CompositeMethod;
/// </code>
/// You get: a method that attaches both parts, each at its own sites and with its own options, which users set as <c>prefix.length=20</c>.
/// <c>adamix(mam)</c> gives one mixture over both.
/// </remarks>
/// <param name="method">The part's name, as users write it; it may be from another assembly.</param>
/// <param name="options">Defaults for the part's options, each <c>option=value</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PartAttribute(string method, params string[] options) : Attribute
{
    /// <summary>The part's name.</summary>
    public string Method { get; } = method;

    /// <summary>Defaults for the part's options.</summary>
    public IReadOnlyList<string> Options { get; } = options;
}
