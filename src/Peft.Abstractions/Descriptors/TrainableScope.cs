namespace Peft;

/// <summary>Which sites share a trainable.</summary>
public enum TrainableScope
{
    /// <summary>Each site has its own.</summary>
    Site,

    /// <summary>All sites of the adapter share one (as in Compacter's hypercomplex rules and prefix tuning's network).</summary>
    Adapter,
}
