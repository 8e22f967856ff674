using Peft.Backbones;
using Peft.Tasks;
using Peft.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>A whole run on a data-to-text task: checks, loads, attaches, trains, evaluates, writes.</summary>
/// <param name="registry">The known methods.</param>
/// <param name="meters">Counts steps and tokens.</param>
/// <param name="time">Dates the result.</param>
public sealed class GenerationTuner(MethodRegistry registry, TrainingMeters meters, TimeProvider time)
{
    private const int SubsetSeed = 42;

    /// <summary>Fine-tunes as told.</summary>
    /// <param name="options">The settings; <see cref="TrainingOptions.Task"/> is one of <see cref="GenerationTasks.Names"/>.</param>
    /// <param name="observer">Told how the run goes.</param>
    /// <param name="cancellation">Stops after the step in progress; what was trained until then is written.</param>
    /// <returns>The result, also written to <see cref="TrainingOptions.Output"/>.</returns>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    /// <exception cref="TaskException">The data are missing or malformed.</exception>
    public RunResult Run(TrainingOptions options, ITrainingObserver observer, CancellationToken cancellation)
    {
        options = options with { Backbone = options.Backbone == BackboneSource.BuiltIn ? BackboneSource.BuiltInDecoder : options.Backbone };
        TrainingOptionsCheck.Check(options);
        var method = TuningMethod.Parse(registry, options);
        options = options with { LearningRate = options.LearningRate ?? TuningMethod.DefaultLearningRate(method, options.Backbone) };
        if (options.Data is null && !GenerationTasks.IsGenerated(options.Task))
            throw new TrainingOptionsException("data", $"is missing; task {options.Task} is read from a folder with the task's own files");
        if (options is { Score: not null, Task: GenerationTasks.Text })
            throw new TrainingOptionsException("score", "is for tasks with contexts; text has none");
        var train = GenerationTasks.Load(options.Task, options.Data, GenerationSplit.Train);
        var dev = GenerationTasks.Load(options.Task, options.Data, GenerationSplit.Dev);
        var scored = options.Score is null ? null : GenerationTasks.Load(options.Task, options.Data, Enum.Parse<GenerationSplit>(options.Score, ignoreCase: true));
        using var folder = RunFolder.Create(options.Output, options.Resume);
        var reports = folder?.Logged(observer, time) ?? observer;
        var memory = new PeakMemory();
        ComputeThreads.Use(options.Threads);
        MatrixPrecision.Use(options.MatmulPrecision);
        manual_seed(options.Seed);
        using var model = Prepare(options, method);
        var decoder = (CausalLanguageModel)model.Backbone;
        var tokenizer = TokenizerFiles.Load(BackboneSource.Folder(options.Backbone));
        var encoder = new GenerationEncoder(tokenizer, decoder.Decoder.Config.EndId, options.MaxLength);
        var trainExamples = Encoded(encoder, train, options.Task, options.TrainLimit);
        var devExamples = Encoded(encoder, dev, options.Task, options.DevLimit);
        var device = decoder.parameters().First().device.ToString();
        var summary = new RunSummary(method.Expression, options.Task, options.Seed, trainExamples.Count, devExamples.Count, ParameterCounter.Count(model), device);
        reports.Started(summary);

        var trainer = new GenerationTrainer(model, decoder, options, reports, meters);
        var outcome = trainer.Train(trainExamples, devExamples, cancellation);
        var final = trainer.Evaluate(devExamples, outcome.SelectedEpoch);
        if (scored is not null && !outcome.Cancelled)
        {
            try
            {
                var decoded = new ContextDecoder(model, tokenizer, options.Task).Decode(scored, options: null, options.BatchSize, reports.Decoded, cancellation);
                final = final with { Metrics = Scored(final.Metrics, decoded, options.Output) };
            }
            catch (OperationCanceledException)
            {
                outcome = outcome with { Cancelled = true }; // what was trained is written all the same
            }
        }

        var result = RunResult.Of(options, [train.File, dev.File], summary, outcome, final, GenerationTrainer.Likelihood, memory.Bytes, time.GetUtcNow());
        folder?.Write(model, result);
        return result;
    }

    /// <summary>The decoder with its adapter, on its device.</summary>
    private static PeftModel Prepare(TrainingOptions options, AdapterSpec method)
    {
        var device = DeviceChoice.Of(options.Device);
        var decoder = Pretrained.LanguageModel(BackboneSource.Folder(options.Backbone), options.BackboneDropout);
        if (options.MaxLength > decoder.Decoder.Config.MaxPositions)
        {
            throw new TrainingOptionsException(
                "max-length", $"{options.MaxLength} is longer than the backbone's {decoder.Decoder.Config.MaxPositions} positions");
        }

        if (options.BackboneDtype == "bfloat16")
            decoder.to(ScalarType.BFloat16);
        DeviceChoice.CheckFits(device, decoder);
        decoder.to(device);
        decoder.Decoder.CheckpointsActivations = options.ActivationCheckpointing;
        var model = new PeftModel(decoder);
        model.UseTokenizer(text => BackboneSource.TokensOf(TokenizerFiles.Load(BackboneSource.Folder(options.Backbone)), text));
        model.Attach(method, (ulong)options.Seed);
        return model;
    }

    private static Dictionary<string, double> Scored(IReadOnlyDictionary<string, double> metrics, DecodedSet decoded, string? output)
    {
        if (output is not null)
            decoded.Write(output);
        return metrics.Concat(decoded.Score()).ToDictionary();
    }

    private static IReadOnlyList<GenerationExample> Encoded(GenerationEncoder encoder, GenerationSet set, string task, int limit)
    {
        var chosen = set.Choose(limit, SubsetSeed);
        return task == GenerationTasks.Text
            ? encoder.Pack(chosen.Select(example => example.Text))
            : [.. chosen.Select(example => encoder.Encode(example.Context, example.Text))];
    }
}
