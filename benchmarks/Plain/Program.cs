using System.Globalization;
using Plain;
using static TorchSharp.torch;

// Plain step METHOD STEPS [SHAPE BATCH]      METHOD: head-only, lora, houlsby, adamix-houlsby; SHAPE: bert-base, tiny
// Plain gpt2-step METHOD STEPS               METHOD: lora, adamix-lora, full
// Plain gpt2-decode BEAMS REPEATS            1 beam: greedy
// Prints one JSON line: median seconds and processor seconds after a warm-up, peak memory, tokens per second.
set_num_threads(Environment.ProcessorCount);
random.manual_seed(1);
string At(int index, string fallback) => args.Length > index ? args[index] : fallback;
int Number(int index, string fallback) => int.Parse(At(index, fallback), CultureInfo.InvariantCulture);
switch (At(0, ""))
{
    case "step":
        EncoderTraining.Run(At(1, "lora"), Number(2, "5"), At(3, "bert-base"), Number(4, "8"));
        return 0;
    case "gpt2-step":
        DecoderTraining.Run(At(1, "lora"), Number(2, "5"));
        return 0;
    case "gpt2-decode":
        Decoding.Run(Number(1, "1"), Number(2, "3"));
        return 0;
    default:
        Console.Error.WriteLine("usage: Plain step METHOD STEPS [SHAPE BATCH] | gpt2-step METHOD STEPS | gpt2-decode BEAMS REPEATS");
        return 2;
}
