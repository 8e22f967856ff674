using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>A kind of site: who acts there, and how a backbone offers it.</summary>
internal sealed class ContractKind
{
    private ContractKind(string name) => (Name, Word) = (name, char.ToLowerInvariant(name[0]) + name.Substring(1));

    public static readonly ContractKind Projection = new("Projection")
    {
        Layer = "Linear", HasModule = true, Parameters = "Tensor x", Sites = [],
    };

    public static readonly ContractKind Stream = new("Stream")
    {
        Layer = "LayerNorm", Parameters = "Tensor hidden, Tensor residual",
            Sites = ["AfterAttention", "AfterFeedForward", "BeforeFeedForwardDropout"],
    };

    public static readonly ContractKind Norm = new("Norm")
    {
        Layer = "LayerNorm", HasModule = true, Parameters = "Tensor x",
            Sites = ["EmbeddingNorm", "AttentionNorm", "FeedForwardNorm", "FinalNorm"],
    };

    public static readonly ContractKind Attention = new("Attention")
    {
        Layer = "Linear", Returns = "AttentionInputs", Parameters = "Tensor hidden, AttentionInputs own", Sites = ["Attention"],
    };

    public static readonly ContractKind Embedding = new("Embedding")
    {
        Layer = "Embedding", Parameters = "Tensor words", Sites = ["WordEmbeddings"],
    };

    /// <summary>Made of other methods: no site of its own.</summary>
    public static readonly ContractKind Composite =
        new("Composite") { IsAttached = false, Base = "CompositeMethod", Layer = "", Parameters = "", Sites = [] };

    /// <summary>Unfreezes parameters of the backbone: no site.</summary>
    public static readonly ContractKind Unfreezing =
        new("Parameters") { IsAttached = false, Base = "UnfreezingMethod", Layer = "", Parameters = "", Sites = [] };

    /// <summary>Those that backbones offer sites of.</summary>
    public static readonly ContractKind[] Offered = [Projection, Stream, Norm, Attention, Embedding];

    /// <summary>Those that methods may be of.</summary>
    public static readonly ContractKind[] OfMethods = [.. Offered, Composite, Unfreezing];

    /// <summary>The member of SiteKind.</summary>
    public string Name { get; }

    /// <summary>The kind in a sentence ("stream").</summary>
    public string Word { get; }

    /// <summary>The base class of its methods.</summary>
    public string Base { get => field ?? Name + "Method"; private set; }

    /// <summary>The attribute that offers such a site, without its suffix.</summary>
    public string Attribute => Name + "Site";

    /// <summary>The class of its injection points.</summary>
    public string Point => Name + "Point";

    /// <summary>The layer that a site names.</summary>
    public string Layer { get; private set; } = "";

    /// <summary>Whether the layer's name is part of the site's path.</summary>
    public bool HasModule { get; private set; }

    /// <summary>Whether methods of the kind act at sites.</summary>
    public bool IsAttached { get; private set; } = true;

    /// <summary>What a site method returns.</summary>
    public string Returns { get; private set; } = "Tensor";

    /// <summary>What a site method takes ("Tensor hidden, Tensor residual").</summary>
    public string Parameters { get; private set; } = "";

    /// <summary>The sites of the kind; empty for projections, which all others are.</summary>
    private string[] Sites { get; set; } = [];

    public static ContractKind OfSite(string site)
    {
        foreach (var kind in Offered)
        {
            if (Array.IndexOf(kind.Sites, site) >= 0)
                return kind;
        }

        return Projection;
    }

    /// <summary>The kind that an attribute's class offers, or null.</summary>
    public static ContractKind? OfAttribute(ITypeSymbol attribute)
    {
        foreach (var kind in Offered)
        {
            if (Contract.Is(attribute, kind.Attribute + "Attribute"))
                return kind;
        }

        return null;
    }

    /// <summary>The kind of a method's class, from its nearest base class of the contract; null for other classes.</summary>
    public static ContractKind? OfMethod(INamedTypeSymbol type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (OfBase(current) is { } kind)
                return kind;
        }

        return null;
    }

    /// <summary>The kind that a base class makes its methods be of, or null.</summary>
    private static ContractKind? OfBase(ITypeSymbol type)
    {
        foreach (var kind in OfMethods)
        {
            if (Contract.Is(type, kind.Base))
                return kind;
        }

        return null;
    }
}
