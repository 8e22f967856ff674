using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Keeps copies of the trainable weights of the best epoch so far.</summary>
internal sealed class BestWeights(PeftModel model) : IDisposable
{
    private Dictionary<string, Tensor> _copies = [];
    private double _metric = double.NegativeInfinity;

    public int Epoch { get; private set; }

    /// <summary>The best metric so far; null before the first evaluation.</summary>
    public double? Metric => double.IsNegativeInfinity(_metric) ? null : _metric;

    /// <summary>The kept weights by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Copies => _copies;

    /// <summary>Restores the best epoch's number and metric from a snapshot. <see cref="Replace"/> restores its weights.</summary>
    public void Restore(int epoch, double? metric) => (Epoch, _metric) = (epoch, metric ?? double.NegativeInfinity);

    /// <summary>Replaces the kept weights.</summary>
    public void Replace(Dictionary<string, Tensor> copies)
    {
        Dispose();
        _copies = copies.ToDictionary(pair => pair.Key, pair => pair.Value.DetachFromDisposeScope());
    }

    /// <summary>Keeps the current weights if the metric is higher than all before. NaN is lower than every number.</summary>
    public void Offer(int epoch, double metric)
    {
        metric = double.IsNaN(metric) ? double.NegativeInfinity : metric;
        if (Epoch > 0 && metric <= _metric)
            return;
        (_metric, Epoch) = (metric, epoch);
        Dispose();
        using var frozen = no_grad();
        _copies = model.TrainableParameters.ToDictionary(pair => pair.Name, pair => pair.Parameter.detach().clone()
            .DetachFromDisposeScope());
    }

    /// <summary>Copies the kept weights into the model.</summary>
    public void Restore()
    {
        using var frozen = no_grad();
        foreach (var (name, parameter) in model.TrainableParameters.Where(pair => _copies.ContainsKey(pair.Name)).ToList())
            parameter.copy_(_copies[name]);
    }

    public void Dispose()
    {
        foreach (var copy in _copies.Values)
            copy.Dispose();
        _copies = [];
    }
}
