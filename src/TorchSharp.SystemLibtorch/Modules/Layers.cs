using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>x W' + b.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(Parameter weight, Parameter? bias)
        : base(nameof(Linear))
    {
        in_features = weight.size(1);
        out_features = weight.size(0);
        this.weight = weight;
        this.bias = bias;
        register_parameter(nameof(weight), weight);
        if (bias is not null)
            register_parameter(nameof(bias), bias);
        ComponentsAreRegistered();
    }

    /// <summary>The size of the input's last dimension.</summary>
    public long in_features { get; set; }

    /// <summary>The size of the result's last dimension.</summary>
    public long out_features { get; set; }

    /// <summary>W, [out, in].</summary>
    public Parameter weight { get; set; }

    /// <summary>b, [out]; null where there is none.</summary>
    public Parameter? bias { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);
}

/// <summary>A row of a table for each index.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long paddingIndex;
    private readonly bool scaleByFrequency;
    private readonly bool sparse;

    internal Embedding(Parameter weight, long? paddingIndex, bool scaleByFrequency, bool sparse)
        : base(nameof(Embedding))
    {
        this.weight = weight;
        this.paddingIndex = paddingIndex switch
        {
            null => -1,
            < 0 => paddingIndex.Value + weight.size(0),
            _ => paddingIndex.Value,
        };
        this.scaleByFrequency = scaleByFrequency;
        this.sparse = sparse;
        register_parameter(nameof(weight), weight);
        ComponentsAreRegistered();
    }

    /// <summary>The table, [rows, width].</summary>
    public Parameter weight { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Core.Ops.embedding.Call(weight, input, paddingIndex, scaleByFrequency, sparse);
}

/// <summary>Normalises over the last dimensions, then scales and shifts.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    internal LayerNorm(long[] normalized_shape, double eps, Parameter? weight, Parameter? bias)
        : base(nameof(LayerNorm))
    {
        this.normalized_shape = normalized_shape;
        this.eps = eps;
        elementwise_affine = weight is not null;
        this.weight = weight;
        this.bias = bias;
        if (weight is not null)
            register_parameter(nameof(weight), weight);
        if (bias is not null)
            register_parameter(nameof(bias), bias);
        ComponentsAreRegistered();
    }

    /// <summary>The last dimensions, over which it normalises.</summary>
    public long[] normalized_shape { get; set; }

    /// <summary>Added to the variance.</summary>
    public double eps { get; set; }

    /// <summary>Whether there is a scale.</summary>
    public bool elementwise_affine { get; set; }

    /// <summary>The scale; null where there is none.</summary>
    public Parameter? weight { get; set; }

    /// <summary>The shift; null where there is none.</summary>
    public Parameter? bias { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, weight, bias, eps);

    /// <summary>Sets the scale to one and the shift to zero.</summary>
    public void reset_parameters()
    {
        if (weight is not null)
            nn.init.ones_(weight);
        if (bias is not null)
            nn.init.zeros_(bias);
    }
}
