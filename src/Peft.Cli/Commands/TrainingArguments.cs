using System.CommandLine;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>The options that training commands share, and the settings they make.</summary>
internal sealed class TrainingArguments
{
    private static readonly TrainingOptions Defaults = new();

    private readonly Option<string?> _preset = new("--preset")
    {
        Description = $"settings by name, which other options replace one by one: {string.Join(", ", GenerationPresets.Names)}",
        HelpName = "NAME",
    };

    private readonly Option<string> _backbone = Text(
        "--backbone", "'builtin', 'builtin-gpt2', a checkpoint folder with config.json, weights and vocabulary, or a repository of the hub (name, owner/name)", Defaults.Backbone);
    private readonly Option<string> _task = Text("--task", "'builtin', a GLUE task (cola, mnli, mrpc, qnli, qqp, rte, sst2, stsb), or, of a decoder, venues (generated), e2e, webnlg or dart", Defaults.Task);
    private readonly Option<string?> _data = new("--data") { Description = "the folder with the task's own files" };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "a method's option, as lora.rank=8 or adamix.experts=4; repeat for more",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _output = new("--output") { Description = "folder for result.json, adapter and log" };
    private readonly Option<int> _epochs = Number("--epochs", "passes over the training data", Defaults.Epochs);
    private readonly Option<int> _maxSteps = Number("--max-steps", "stop after this many optimiser steps; 0: no limit", Defaults.MaxSteps);
    private readonly Option<int> _batchSize = Number("--batch-size", "rows in a forward pass", Defaults.BatchSize);
    private readonly Option<int> _accumulation = Number("--gradient-accumulation", "forward passes for one optimiser step", Defaults.GradientAccumulation);
    private readonly Option<bool> _checkpointing = new("--activation-checkpointing")
    {
        Description = "compute each layer again in the backward pass: the same numbers, less memory, more time",
    };

    private readonly Option<double?> _learningRate = new("--learning-rate")
    {
        Description = "highest learning rate [default: 5e-4, full fine-tuning 5e-5; built-in backbone 3e-3 and 2e-4]",
    };

    private readonly Option<double> _weightDecay = Real("--weight-decay", "decoupled weight decay", Defaults.WeightDecay);
    private readonly Option<bool> _decayAll = new("--decay-all") { Description = "decay biases and norms as well" };
    private readonly Option<double> _epsilon = Real("--adam-epsilon", "what AdamW adds to the root of the second moment", Defaults.AdamEpsilon);
    private readonly Option<double> _smoothing = Real("--label-smoothing", "of a language model's loss, below 1", Defaults.LabelSmoothing);
    private readonly Option<double> _warmup = Real("--warmup-ratio", "share of the steps over which the rate rises", Defaults.WarmupRatio);
    private readonly Option<int> _warmupSteps = Number("--warmup-steps", "steps over which the rate rises, instead of a share; 0: the share", Defaults.WarmupSteps);
    private readonly Option<double> _clip = Real("--max-grad-norm", "gradients are scaled down to this norm; 0: never", Defaults.MaxGradNorm);
    private readonly Option<int> _maxLength = Number("--max-length", "longest sequence in tokens", Defaults.MaxLength);
    private readonly Option<int> _trainLimit = Number("--train-limit", "use this many training rows; 0: all", Defaults.TrainLimit);
    private readonly Option<int> _devLimit = Number("--dev-limit", "use this many development rows; 0: all", Defaults.DevLimit);
    private readonly Option<int> _threads = Number("--threads", "threads to compute with on the CPU; 0: one on each core", Defaults.Threads);
    private readonly Option<string> _device = Text("--device", "auto, cpu or cuda", Defaults.Device);
    private readonly Option<string> _dtype = Text("--backbone-dtype", "dtype of the frozen backbone: float32 or bfloat16", Defaults.BackboneDtype);
    private readonly Option<string> _precision = Text(
        "--matmul-precision", "of float32 products: highest; high: TF32 on GPUs; medium: bfloat16 with float32 sums on CPUs, TF32 on GPUs", Defaults.MatmulPrecision);
    private readonly Option<double?> _dropout = new("--backbone-dropout") { Description = "every dropout inside a decoder [default: config.json's]" };
    private readonly Option<string?> _score = new("--score")
    {
        Description = "after training on a data-to-text task, decode and score a part of it: dev or test (as --preset adamix-nlg of `peft generate`)", HelpName = "PART",
    };

    private readonly Option<bool> _keepLast = new("--keep-last") { Description = "keep the last epoch's weights instead of the best epoch's" };

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _preset, _backbone, _task, _data, _set, _output, _epochs, _maxSteps, _batchSize, _accumulation, _checkpointing, _learningRate, _weightDecay, _decayAll, _epsilon,
            _smoothing, _warmup, _warmupSteps, _clip, _maxLength, _trainLimit, _devLimit, _threads, _device, _dtype, _precision, _dropout, _score, _keepLast,
        ];
        foreach (var option in options)
            command.Options.Add(option);
    }

    /// <summary>The settings, without method and seed, which each command reads in its own way: those of the preset, or the defaults, and what was given.</summary>
    public TrainingOptions Read(ParseResult parsed)
    {
        var basis = parsed.GetValue(_preset) is { } preset ? GenerationPresets.Of(preset, parsed.GetValue(_task)!) : Defaults;
        T Given<T>(Option<T> option, T otherwise) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : otherwise;
        return basis with
        {
            Backbone = parsed.GetValue(_backbone)!,
            Task = parsed.GetValue(_task)!,
            Data = parsed.GetValue(_data),
            Settings = basis.Settings.Concat(ReadSettings(parsed.GetValue(_set) ?? [])).GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(same => same.Key, same => same.Last().Value, StringComparer.OrdinalIgnoreCase),
            Output = parsed.GetValue(_output),
            Epochs = Given(_epochs, basis.Epochs),
            MaxSteps = Given(_maxSteps, basis.MaxSteps),
            BatchSize = Given(_batchSize, basis.BatchSize),
            GradientAccumulation = Given(_accumulation, basis.GradientAccumulation),
            ActivationCheckpointing = Given(_checkpointing, basis.ActivationCheckpointing),
            LearningRate = Given(_learningRate, basis.LearningRate),
            WeightDecay = Given(_weightDecay, basis.WeightDecay),
            DecayAll = Given(_decayAll, basis.DecayAll),
            AdamEpsilon = Given(_epsilon, basis.AdamEpsilon),
            LabelSmoothing = Given(_smoothing, basis.LabelSmoothing),
            WarmupRatio = Given(_warmup, basis.WarmupRatio),
            WarmupSteps = Given(_warmupSteps, parsed.GetResult(_warmup) is { Implicit: false } ? 0 : basis.WarmupSteps),
            MaxGradNorm = Given(_clip, basis.MaxGradNorm),
            MaxLength = Given(_maxLength, basis.MaxLength),
            TrainLimit = Given(_trainLimit, basis.TrainLimit),
            DevLimit = Given(_devLimit, basis.DevLimit),
            Threads = Given(_threads, basis.Threads),
            Device = Given(_device, basis.Device),
            BackboneDtype = Given(_dtype, basis.BackboneDtype),
            MatmulPrecision = Given(_precision, basis.MatmulPrecision),
            BackboneDropout = Given(_dropout, basis.BackboneDropout),
            Score = Given(_score, basis.Score),
            SelectBest = basis.SelectBest && !parsed.GetValue(_keepLast),
        };
    }

    internal static IReadOnlyDictionary<string, string> ReadSettings(IEnumerable<string> pairs)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in pairs)
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            var dot = pair.IndexOf('.', StringComparison.Ordinal);
            if (cut <= 0 || dot <= 0 || dot > cut)
                throw new UsageException($"--set {pair}: expected method.option=value, as in lora.rank=8.");
            settings[pair[..cut].Trim()] = pair[(cut + 1)..].Trim();
        }

        return settings;
    }

    private static Option<string> Text(string name, string description, string fallback) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback };

    private static Option<int> Number(string name, string description, int fallback) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback };

    private static Option<double> Real(string name, string description, double fallback) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback };
}
