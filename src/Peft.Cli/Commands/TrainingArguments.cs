using System.CommandLine;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>The options that training commands share, and the settings they make.</summary>
internal sealed class TrainingArguments
{
    private static readonly TrainingOptions Defaults = new();

    private readonly Option<string> _backbone = Text(
        "--backbone", "'builtin', or a checkpoint folder with config.json, weights and vocabulary", Defaults.Backbone);
    private readonly Option<string> _task = Text("--task", "'builtin', a GLUE task (cola, mnli, mrpc, qnli, qqp, rte, sst2, stsb), or, of a decoder, e2e, webnlg or dart", Defaults.Task);
    private readonly Option<string?> _data = new("--data") { Description = "the folder with the task's train.tsv and dev.tsv" };
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
    private readonly Option<double> _smoothing = Real("--label-smoothing", "of a language model's loss, below 1", Defaults.LabelSmoothing);
    private readonly Option<double> _warmup = Real("--warmup-ratio", "share of the steps over which the rate rises", Defaults.WarmupRatio);
    private readonly Option<double> _clip = Real("--max-grad-norm", "gradients are scaled down to this norm; 0: never", Defaults.MaxGradNorm);
    private readonly Option<int> _maxLength = Number("--max-length", "longest sequence in tokens", Defaults.MaxLength);
    private readonly Option<int> _trainLimit = Number("--train-limit", "use this many training rows; 0: all", Defaults.TrainLimit);
    private readonly Option<int> _devLimit = Number("--dev-limit", "use this many development rows; 0: all", Defaults.DevLimit);
    private readonly Option<int> _threads = Number("--threads", "threads to compute with on the CPU; 0: one on each core", Defaults.Threads);
    private readonly Option<string> _device = Text("--device", "auto, cpu or cuda", Defaults.Device);
    private readonly Option<string> _dtype = Text("--backbone-dtype", "dtype of the frozen backbone: float32 or bfloat16", Defaults.BackboneDtype);
    private readonly Option<bool> _keepLast = new("--keep-last") { Description = "keep the last epoch's weights instead of the best epoch's" };

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _backbone, _task, _data, _set, _output, _epochs, _maxSteps, _batchSize, _accumulation, _checkpointing, _learningRate, _weightDecay,
            _smoothing, _warmup, _clip, _maxLength, _trainLimit, _devLimit, _threads, _device, _dtype, _keepLast,
        ];
        foreach (var option in options)
            command.Options.Add(option);
    }

    /// <summary>The settings, without method and seed, which each command reads in its own way.</summary>
    public TrainingOptions Read(ParseResult parsed) => new()
    {
        Backbone = parsed.GetValue(_backbone)!,
        Task = parsed.GetValue(_task)!,
        Data = parsed.GetValue(_data),
        Settings = ReadSettings(parsed.GetValue(_set) ?? []),
        Output = parsed.GetValue(_output),
        Epochs = parsed.GetValue(_epochs),
        MaxSteps = parsed.GetValue(_maxSteps),
        BatchSize = parsed.GetValue(_batchSize),
        GradientAccumulation = parsed.GetValue(_accumulation),
        ActivationCheckpointing = parsed.GetValue(_checkpointing),
        LearningRate = parsed.GetValue(_learningRate),
        WeightDecay = parsed.GetValue(_weightDecay),
        LabelSmoothing = parsed.GetValue(_smoothing),
        WarmupRatio = parsed.GetValue(_warmup),
        MaxGradNorm = parsed.GetValue(_clip),
        MaxLength = parsed.GetValue(_maxLength),
        TrainLimit = parsed.GetValue(_trainLimit),
        DevLimit = parsed.GetValue(_devLimit),
        Threads = parsed.GetValue(_threads),
        Device = parsed.GetValue(_device)!,
        BackboneDtype = parsed.GetValue(_dtype)!,
        SelectBest = !parsed.GetValue(_keepLast),
    };

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
