namespace Peft;

/// <summary>Selects where a method acts: by sites, modules and layers. An empty list does not restrict the selection.</summary>
public sealed record ModuleSelection
{
    /// <summary>Sites; empty for all sites of the method's kind.</summary>
    public IReadOnlyList<Site> Sites { get; init; } = [];

    /// <summary>Modules by name; empty for all.</summary>
    public IReadOnlyList<ModulePattern> Targets { get; init; } = [];

    /// <summary>Modules to exclude.</summary>
    public IReadOnlyList<ModulePattern> Exclude { get; init; } = [];

    /// <summary>Layers from 0; empty for all layers and for places outside them.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Layers to exclude (AdapterDrop, Rueckle et al. 2021: adapters of the first layers are dropped).</summary>
    public IReadOnlyList<int> LeaveOut { get; init; } = [];

    internal bool Has(SiteAddress address) =>
        (Sites.Count == 0 || Sites.Contains(address.Site))
        && (Targets.Count == 0 || Targets.Any(pattern => pattern.Matches(address)))
        && !Exclude.Any(pattern => pattern.Matches(address))
        && (Layers.Count == 0 || Layers.Contains(address.Layer))
        && !LeaveOut.Contains(address.Layer);
}
