using System.Diagnostics.Metrics;

namespace Peft.Hosting;

/// <summary>Metrics of predictions, in the meter <c>Peft.Hosting</c>.</summary>
internal sealed class PredictorMeters
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Peft.Hosting";

    private readonly Meter _meter;
    private readonly Counter<long> _texts;
    private readonly Counter<long> _tokens;
    private readonly Histogram<int> _rows;
    private readonly Histogram<double> _seconds;

    public PredictorMeters(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _texts = _meter.CreateCounter<long>("peft.predictor.texts", "{text}", "Answered texts.");
        _tokens = _meter.CreateCounter<long>("peft.predictor.tokens", "{token}", "Generated tokens.");
        _rows = _meter.CreateHistogram<int>("peft.predictor.batch", "{text}", "Texts in a forward pass.");
        _seconds = _meter.CreateHistogram<double>("peft.predictor.duration", "s", "Duration of a forward pass.");
    }

    /// <summary>Adds the gauge of waiting texts.</summary>
    public void Observe(Func<int> waiting) =>
        _meter.CreateObservableGauge("peft.predictor.waiting", waiting, "{text}", "Texts that wait for a forward pass.");

    public void Generated(string adapter) => _tokens.Add(1, new KeyValuePair<string, object?>("adapter", adapter));

    /// <summary>
    /// Adds a forward pass and its texts. The pass is tagged with the number of its adapters, the texts with their names.
    /// </summary>
    public void Answered(IReadOnlyList<(string Adapter, int Texts)> parts, TimeSpan duration)
    {
        foreach (var (adapter, texts) in parts)
            _texts.Add(texts, new KeyValuePair<string, object?>("adapter", adapter));
        var tag = new KeyValuePair<string, object?>("adapters", parts.Count);
        _rows.Record(parts.Sum(part => part.Texts), tag);
        _seconds.Record(duration.TotalSeconds, tag);
    }
}
