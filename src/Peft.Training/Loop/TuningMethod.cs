namespace Peft.Training;

/// <summary>Parses a run's method and derives its default settings.</summary>
internal static class TuningMethod
{
    /// <summary>Parses a method as users write it.</summary>
    /// <param name="registry">The known methods.</param>
    /// <param name="options">The run's settings.</param>
    /// <returns>The method.</returns>
    /// <exception cref="UnknownNameException">A method's name is unknown.</exception>
    /// <exception cref="MethodOptionException">A setting is unknown or its value not allowed.</exception>
    /// <exception cref="UnusedSettingException">A setting belongs to a method that is not used.</exception>
    /// <exception cref="TrainingOptionsException">The backbone's dtype cannot be trained.</exception>
    public static AdapterSpec Parse(MethodRegistry registry, TrainingOptions options)
    {
        var spec = MethodExpression.Parse(registry, options.Method, options.Settings);
        MethodExpression.CheckUsed([spec], options.Settings);
        if (spec.TrainsBackbone && options.BackboneDtype != "float32")
            throw new TrainingOptionsException("backbone-dtype", $"{spec.Expression} trains the backbone itself, which must be float32");
        return spec;
    }

    /// <summary>
    /// The default peak learning rate: 5e-4 (AdaMix's scripts use 3e-4 to 5e-4), or 5e-5 for parameters of the backbone. The built-in
    /// backbones are narrow and use 3e-3 and 2e-4; minilm uses 1e-3 and 5e-5.
    /// </summary>
    /// <param name="spec">The method.</param>
    /// <param name="backbone">The backbone's name.</param>
    /// <returns>The learning rate.</returns>
    public static double DefaultLearningRate(AdapterSpec spec, string backbone) =>
        (backbone, spec.TrainsBackbone) switch
    {
        (BackboneSource.BuiltIn or BackboneSource.BuiltInDecoder, true) => 2e-4,
        (BackboneSource.BuiltIn or BackboneSource.BuiltInDecoder, false) => 3e-3,
        (_, true) => 5e-5,
        (BackboneSource.Default, false) => 1e-3,
        (_, false) => 5e-4,
    };
}
