namespace Peft.Models;

/// <summary>The backbone's modules that methods can act on, by their names here and in other libraries.</summary>
internal sealed class BackboneModules
{
    private readonly Dictionary<string, SiteAddress> _projections;
    private readonly Dictionary<string, SiteAddress> _norms;

    public BackboneModules(PeftModel model)
    {
        _projections = model.Sites.Where(address => address.Point is ProjectionPoint).ToDictionary(address => address.Path);
        _norms = model.Sites.Where(address => address.Point is NormPoint).ToDictionary(address => address.Path);
        Foreign = [.. model.Backbone.named_modules().Select(pair => ModuleNames.Foreign(pair.Item1).Module).Where(name => name.Length > 0)
            .Distinct()];
    }

    /// <summary>Every module of the backbone, by the other libraries' names.</summary>
    public IReadOnlyCollection<string> Foreign { get; }

    /// <summary>This library's names of all linear maps that can be adapted.</summary>
    public IReadOnlyCollection<string> Projections => _projections.Keys;

    /// <summary>This library's names of all norms that can be adapted.</summary>
    public IReadOnlyCollection<string> Norms => _norms.Keys;

    public ProjectionPoint Projection(string module) => (ProjectionPoint)_projections[module].Point;

    public NormPoint Norm(string module) => (NormPoint)_norms[module].Point;

    public Site SiteOf(string module) => _projections[module].Site;

    /// <summary>The linear maps here that correspond to another library's module; empty if none.</summary>
    public IReadOnlyList<string> Maps(string foreign) =>
        ModuleNames.Own(foreign) is var own && own.All(_projections.ContainsKey) ? own : [];

    /// <summary>Whether another library's module corresponds to a norm here.</summary>
    public bool IsNorm(string foreign) => _norms.ContainsKey(foreign);
}
