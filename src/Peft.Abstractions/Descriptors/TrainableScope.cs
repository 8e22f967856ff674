namespace Peft;

/// <summary>Who shares a trainable.</summary>
public enum TrainableScope
{
    /// <summary>Each site has one of its own.</summary>
    Site,

    /// <summary>All sites of the adapter share one (the hypercomplex rules of Compacter, the network of prefix tuning).</summary>
    Adapter,
}
