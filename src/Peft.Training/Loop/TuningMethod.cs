namespace Peft.Training;

/// <summary>Reads what a run is to train, and what follows from it.</summary>
public static class TuningMethod
{
    /// <summary>Reads a method as users write it.</summary>
    /// <param name="registry">The known methods.</param>
    /// <param name="options">The run's settings.</param>
    /// <returns>The method.</returns>
    /// <exception cref="UnknownNameException">There is no such method.</exception>
    /// <exception cref="MethodOptionException">A setting is unknown or its value not allowed.</exception>
    /// <exception cref="TrainingOptionsException">The backbone's dtype cannot be trained.</exception>
    public static AdapterSpec Parse(MethodRegistry registry, TrainingOptions options)
    {
        var spec = MethodExpression.Parse(registry, options.Method, options.Settings);
        if (spec.TrainsBackbone && options.BackboneDtype != "float32")
            throw new TrainingOptionsException("backbone-dtype", $"{spec.Expression} trains the backbone itself, which must be float32");
        return spec;
    }

    /// <summary>
    /// The highest learning rate where none is given: 5e-4 (AdaMix's scripts use 3e-4 to 5e-4), 5e-5 for parameters of the backbone; the
    /// built-in backbone is narrow and takes 3e-3 and 2e-4.
    /// </summary>
    /// <param name="spec">The method.</param>
    /// <param name="backbone">The backbone's name.</param>
    /// <returns>The rate.</returns>
    public static double DefaultLearningRate(AdapterSpec spec, string backbone) =>
        (backbone is BackboneSource.BuiltIn or BackboneSource.BuiltInDecoder, spec.TrainsBackbone) switch
    {
        (true, true) => 2e-4,
        (true, false) => 3e-3,
        (false, true) => 5e-5,
        (false, false) => 5e-4,
    };
}
