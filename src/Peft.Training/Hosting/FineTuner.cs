using Microsoft.Extensions.Logging;
using Peft.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>A whole run: checks, loads, attaches, trains, evaluates, writes.</summary>
/// <param name="registry">The known methods.</param>
/// <param name="meters">Counts steps and tokens.</param>
/// <param name="loggers">Makes loggers.</param>
/// <param name="time">Dates the result.</param>
public sealed class FineTuner(MethodRegistry registry, TrainingMeters meters, ILoggerFactory loggers, TimeProvider time)
{
    /// <summary>Fine-tunes as told.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="observer">Told how the run goes.</param>
    /// <param name="cancellation">Stops after the step in progress; what was trained until then is written.</param>
    /// <returns>The result, also written to <see cref="TrainingOptions.Output"/>.</returns>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    /// <exception cref="UnknownNameException">There is no such method or task.</exception>
    public RunResult Run(TrainingOptions options, ITrainingObserver observer, CancellationToken cancellation)
    {
        TrainingOptionsCheck.Check(options);
        TrainingOptionsCheck.RefuseDecoderOptions(options);
        var method = TuningMethod.Parse(registry, options);
        options = options with { LearningRate = options.LearningRate ?? TuningMethod.DefaultLearningRate(method, options.Backbone) };
        var data = TaskSource.Load(options);
        using var folder = RunFolder.Create(options.Output, options.Resume);
        var reports = folder?.Logged(observer, time) ?? observer;
        var memory = new PeakMemory();
        ComputeThreads.Use(options.Threads);
        MatrixPrecision.Use(options.MatmulPrecision);
        manual_seed(options.Seed);
        using var model = Prepare(options, method, data.Task);
        var tokenizer = BackboneSource.Tokenizer(options.Backbone, model.Backbone);
        var train = new EncodedDataset(data.Task, data.Train.Examples, tokenizer, options.MaxLength);
        var dev = new EncodedDataset(data.Task, data.Dev.Examples, tokenizer, options.MaxLength);
        var summary = new RunSummary(method.Expression, data.Task.Name, options.Seed, train.Count, dev.Count, ParameterCounter.Count(model), DeviceName(model));
        reports.Started(summary);

        var trainer = new Trainer(model, data.Task, options, reports, meters, loggers.CreateLogger<Trainer>());
        var outcome = trainer.Train(train, dev, cancellation);
        var final = new Evaluator(model, data.Task).Evaluate(dev, options.BatchSize, outcome.SelectedEpoch);
        var result = RunResult.Of(options, data, summary, outcome, final, memory.Bytes, time.GetUtcNow());
        folder?.Write(model, result);
        return result;
    }

    /// <summary>The backbone with its adapter, on its device.</summary>
    private static PeftModel Prepare(TrainingOptions options, AdapterSpec method, TaskDefinition task)
    {
        var device = DeviceChoice.Of(options.Device);
        var model = ClassifierBackbone.Load(BackboneSource.Folder(options.Backbone), task.OutputCount, blankHead: false, options.BackboneDropout);
        if (options.MaxLength > ClassifierBackbone.MaxLength(model.Backbone))
        {
            throw new TrainingOptionsException(
                "max-length", $"{options.MaxLength} is longer than the backbone's {ClassifierBackbone.MaxLength(model.Backbone)} positions");
        }

        if (options.BackboneDtype == "bfloat16")
            ClassifierBackbone.To(model.Backbone, ScalarType.BFloat16);
        DeviceChoice.CheckFits(device, model.Backbone);
        model.Backbone.to(device);
        ClassifierBackbone.CheckpointActivations(model.Backbone, options.ActivationCheckpointing);
        model.UseTokenizer(text => BackboneSource.TokensOf(BackboneSource.Tokenizer(options.Backbone, model.Backbone), text));
        model.Attach(method, (ulong)options.Seed);
        return model;
    }

    private static string DeviceName(PeftModel model) => model.Backbone.parameters().First().device.ToString();
}
