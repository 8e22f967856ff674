namespace Peft;

/// <summary>
/// A backbone that describes its computation beyond the shapes of its parameters, so that adapter files for other backbones can be
/// rejected.
/// </summary>
public interface IConfiguredBackbone
{
    /// <summary>
    /// What two backbones must have in common for an adapter to be valid on both: architecture, sizes and functions. Weights, dropout,
    /// dtype and head are not included.
    /// </summary>
    string ConfigurationText { get; }
}
