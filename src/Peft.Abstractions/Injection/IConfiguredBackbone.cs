namespace Peft;

/// <summary>
/// A backbone that can say what it computes besides its parameters' shapes, so that an adapter's file can be told from one that is for
/// another backbone.
/// </summary>
public interface IConfiguredBackbone
{
    /// <summary>
    /// What two backbones must have in common for an adapter of one to mean the same on the other: architecture, sizes, functions. Not
    /// weights, dropout, dtype or head.
    /// </summary>
    string ConfigurationText { get; }
}
