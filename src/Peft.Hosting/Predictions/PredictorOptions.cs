using Peft.Training;

namespace Peft.Hosting;

/// <summary>
/// How texts are answered: the section <c>Predictor</c> of the bound configuration. A change of the configuration while the host runs
/// applies to the next batch; <see cref="Device"/> and <see cref="Adapters"/> are read at the start, <see cref="Pooling"/> and
/// <see cref="NormalizesEmbeddings"/> when an adapter is loaded. A change that cannot be read is logged, and the last valid values apply.
/// </summary>
public sealed class PredictorOptions
{
    /// <summary>The most texts in a forward pass.</summary>
    public int MostRows { get; set; } = 32;

    /// <summary>How long the first text of a batch waits for more. Texts that arrive while a batch is computed need no wait.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.Zero;

    /// <summary>The most texts that wait; more are refused with a <see cref="PredictorBusyException"/>.</summary>
    public int MostWaiting { get; set; } = 4096;

    /// <summary>The most texts that are generated at the same time; more are refused with a <see cref="GenerationsBusyException"/>. Each
    /// takes memory for the keys and values of its tokens.</summary>
    public int MostGenerations { get; set; } = 32;

    /// <summary>The most tokens of a generated text. The backbone's positions, less the prompt's, may allow fewer.</summary>
    public int MostNewTokens { get; set; } = 1024;

    /// <summary>How the states of a text's tokens become a vector.</summary>
    public SentencePooling Pooling { get; set; } = SentencePooling.Mean;

    /// <summary>Whether vectors are divided by their length.</summary>
    public bool NormalizesEmbeddings { get; set; } = true;

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Threads of a forward pass; 0 for all cores.</summary>
    public int Threads { get; set; }

    /// <summary>Folders of runs that are loaded when the host starts, by name.</summary>
    public Dictionary<string, string> Adapters { get; } = [];
}
