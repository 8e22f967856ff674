namespace Peft;

/// <summary>
/// The checks that every method of this repository passes. They run on small BERT and RoBERTa encoders and a small GPT-2, plain and mixed
/// (AdaMix). Weights are perturbed, because new ones are often zero and would make most checks trivial.
/// </summary>
/// <remarks>
/// In a test, write:
/// <code>
/// [Fact] public void My_method_conforms() => ConformanceBattery.Verify&lt;MyMethod&gt;();
/// </code>
/// You get: a pass, or one exception that lists every check that failed, where, and why. Needs no file, no network and no GPU.
/// </remarks>
public static class ConformanceBattery
{
    /// <summary>The checks, in order.</summary>
    public static IReadOnlyList<ConformanceCheck> Checks { get; } =
        [
            .. ForwardChecks.All, .. AttentionChecks.All, .. GradientChecks.All, .. RecomputeChecks.All, .. MergeChecks.All,
                .. FileChecks.All,
            .. MixtureChecks.All, .. DecoderChecks.All,
        ];

    /// <summary>Runs the whole battery on one method.</summary>
    /// <typeparam name="T">The method's class.</typeparam>
    /// <param name="settings">Options as users set them, such as <c>rank=3</c>; small sizes make the battery fast.</param>
    /// <exception cref="ConformanceException">Some checks fail; the message lists all of them.</exception>
    public static void Verify<T>(params string[] settings)
        where T : AdaptationMethod, IMethod<T>
    {
        var name = T.Descriptor.Name;
        var given = settings.Select(text => text.Split('=', 2))
            .ToDictionary(pair => $"{name}.{pair[0]}", pair => pair.Length > 1 ? pair[1] : "");
        var failures = Run(new MethodRegistry().Add<T>(), name, given).Where(result => result.Failure is not null).ToList();
        if (failures.Count > 0)
            throw new ConformanceException(name, failures);
    }

    /// <summary>Runs the battery on one or several methods, named as users name them.</summary>
    /// <param name="registry">The known methods.</param>
    /// <param name="expression">The method: <c>lora</c>, <c>prefix+lora</c>.</param>
    /// <param name="settings">Values by <c>method.option</c>.</param>
    /// <returns>A result for every check and backbone, plain and mixed.</returns>
    public static IReadOnlyList<ConformanceResult> Run(
        MethodRegistry registry, string expression, IReadOnlyDictionary<string, string> settings)
    {
        var results = new List<ConformanceResult>();
        foreach (var backbone in Enum.GetValues<ConformanceBackbone>())
        {
            foreach (var mixed in (bool[])[false, true])
            {
                foreach (var check in Checks.Where(check => check.AppliesTo(backbone, mixed)))
                    results.Add(check.Run(new ConformanceCase(registry, expression, settings, backbone, mixed)));
            }
        }

        return results;
    }
}
