using System.Globalization;
using BenchmarkDotNet.Running;
using Peft.Benchmarks;
using Peft.Training;

// Peft.Benchmarks step METHOD STEPS [SHAPE DTYPE DEVICE BATCH recompute|medium]
//                                                                one training step, whole process (see steps.sh)
// Peft.Benchmarks gpt2-step METHOD STEPS, gpt2-decode BEAMS REPEATS [DEVICE DTYPE]   GPT-2 small (see steps.sh)
// Peft.Benchmarks optimizer                                      clipping and AdamW, the loop's and TorchSharp's
// Peft.Benchmarks tokens FILE VOCABULARY                         tokens per second on one core, WordPiece or byte-level BPE
// Peft.Benchmarks tables ROWS VOCABULARY                         rows per second and memory of a large CSV file, read and encoded
// Peft.Benchmarks generator                                      the source generators over 200 methods, in a fresh process
// Peft.Benchmarks adapters SHAPE ROUNDS                          forward time beside eight adapters that rest, switching, rows
// Peft.Benchmarks --filter *                                     BenchmarkDotNet: operators, generator
if (args is ["step", ..])
{
    ComputeThreads.Use(0);
    string At(int index, string fallback) => args.Length > index ? args[index] : fallback;
    return TrainingStep.Run(
        At(1, "lora"), int.Parse(At(2, "5"), CultureInfo.InvariantCulture),
        At(3, "bert-base"), At(4, "float32"), At(5, "cpu"), int.Parse(At(6, "8"), CultureInfo.InvariantCulture),
        At(7, ""));
}

if (args is ["gpt2-step" or "gpt2-decode", var of, var times, ..])
{
    ComputeThreads.Use(0);
    var count = int.Parse(times, CultureInfo.InvariantCulture);
    return args[0] == "gpt2-step"
        ? DecoderSpeed.Step(of, count)
        : DecoderSpeed.Decode(int.Parse(of, CultureInfo.InvariantCulture), count, args.ElementAtOrDefault(
        3) ?? "cpu", args.ElementAtOrDefault(4) ?? "float32");
}

if (args is ["optimizer"])
{
    ComputeThreads.Use(0);
    return OptimizerSpeed.Run();
}

if (args is ["tokens", var file, var vocabulary])
    return TokenizerSpeed.Run(file, vocabulary);

if (args is ["tables", var rows, var words])
    return TableSpeed.Run(int.Parse(rows, CultureInfo.InvariantCulture), words);

if (args is ["generator"])
    return GeneratorSpeed.Run();

if (args is ["adapters", ..])
{
    ComputeThreads.Use(0);
    return AdapterSpeed.Run(args.Length > 1
        ? args[1] : "bert-base", args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 15);
}

BenchmarkSwitcher.FromAssembly(typeof(Operators).Assembly).Run(args);
return 0;
