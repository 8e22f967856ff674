namespace Peft;

/// <summary>How a trainable is initialised.</summary>
public enum Init
{
    /// <summary>All zero.</summary>
    Zeros,

    /// <summary>All one.</summary>
    Ones,

    /// <summary>Normal with mean 0 and the declared standard deviation.</summary>
    Normal,

    /// <summary>
    /// Uniform in +-1/sqrt(fan in), where fan in is the last size: <c>kaiming_uniform_(a = sqrt 5)</c>, the default of linear layers.
    /// </summary>
    KaimingUniform,

    /// <summary>Normal with variance 2 / (fan in + fan out).</summary>
    XavierNormal,
}
