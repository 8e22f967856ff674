using System.Diagnostics.Metrics;

namespace Peft.Training;

/// <summary>Metrics of training, in the meter <c>Peft.Training</c>.</summary>
public sealed class TrainingMeters
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Peft.Training";

    private readonly Counter<long> _steps;
    private readonly Counter<long> _tokens;
    private readonly Histogram<double> _loss;

    /// <summary>Creates the instruments.</summary>
    /// <param name="factory">Creates the meter.</param>
    public TrainingMeters(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _steps = meter.CreateCounter<long>("peft.training.steps", "{step}", "Optimiser steps.");
        _tokens = meter.CreateCounter<long>("peft.training.tokens", "{token}", "Tokens seen, padding not counted.");
        _loss = meter.CreateHistogram<double>("peft.training.loss", description: "Loss of a step.");
    }

    internal void Stepped(string method, long tokens, double loss)
    {
        var tag = new KeyValuePair<string, object?>("method", method);
        _steps.Add(1, tag);
        _tokens.Add(tokens, tag);
        _loss.Record(loss, tag);
    }
}
