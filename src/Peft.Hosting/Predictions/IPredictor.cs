using Peft.Training;

namespace Peft.Hosting;

/// <summary>
/// Answers texts with trained runs, each loaded under a name. Texts that arrive at the same time are computed together, also those of
/// different adapters. Safe for any number of threads.
/// </summary>
public interface IPredictor
{
    /// <summary>The loaded adapters, by name.</summary>
    IReadOnlyList<ServedAdapter> Adapters { get; }

    /// <summary>Loads a run under a name, while others are served. A run of the name is replaced once the new one is ready.</summary>
    /// <param name="name">The name that requests use.</param>
    /// <param name="folder">A folder that a run wrote.</param>
    /// <param name="cancellation">Cancels the loading.</param>
    /// <returns>The adapter.</returns>
    /// <exception cref="RunFolderException">The folder holds no readable result.</exception>
    /// <exception cref="AdapterFolderException">The adapter does not fit the backbone.</exception>
    /// <exception cref="AdapterNameException">The name is not allowed.</exception>
    Task<ServedAdapter> LoadAsync(string name, string folder, CancellationToken cancellation = default);

    /// <summary>Unloads an adapter. Texts that wait for it are still answered.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="UnknownAdapterException">There is none of the name.</exception>
    void Unload(string name);

    /// <summary>Answers a text, or a pair of texts.</summary>
    /// <param name="adapter">The adapter's name.</param>
    /// <param name="text">The text.</param>
    /// <param name="pair">The second text of a pair; null for tasks of single texts.</param>
    /// <param name="cancellation">Gives up: a text that still waits is not computed.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="UnknownAdapterException">There is none of the name.</exception>
    /// <exception cref="PredictionTextException">The text is empty, or is a pair where the task has single texts, or the
    /// reverse.</exception>
    /// <exception cref="PredictorBusyException">Too many texts wait.</exception>
    Task<Prediction> PredictAsync(string adapter, string text, string? pair = null, CancellationToken cancellation = default);

    /// <summary>Answers several texts, or pairs of texts.</summary>
    /// <param name="adapter">The adapter's name.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellation">Gives up: texts that still wait are not computed.</param>
    /// <returns>An answer to each text, in the same order.</returns>
    /// <exception cref="UnknownAdapterException">There is none of the name.</exception>
    /// <exception cref="PredictionTextException">A text is empty, or is a pair where the task has single texts, or the reverse; nothing
    /// is computed.</exception>
    /// <exception cref="PredictorBusyException">Too many texts wait; nothing is computed.</exception>
    Task<IReadOnlyList<Prediction>> PredictAsync(
        string adapter, IReadOnlyList<(string Text, string? Pair)> texts, CancellationToken cancellation = default);

    /// <summary>
    /// Generates the text that answers a prompt, in pieces as tokens are computed. The pieces concatenated are the answer; none ends within
    /// a character. Decoding is greedy unless the options ask for sampling. Texts that are generated at the same time take turns, a token
    /// each, and other requests are answered between tokens.
    /// </summary>
    /// <param name="adapter">The name of an adapter of a decoder.</param>
    /// <param name="prompt">The prompt, written for the model as in training: of a data-to-text task, the context.</param>
    /// <param name="options">How it is generated; null for the defaults.</param>
    /// <param name="cancellation">Ends the generation after its current token, as leaving the loop does.</param>
    /// <returns>The pieces.</returns>
    /// <exception cref="UnknownAdapterException">There is none of the name.</exception>
    /// <exception cref="AdapterOperationException">The adapter generates no texts.</exception>
    /// <exception cref="GenerateOptionException">An option is out of range.</exception>
    /// <exception cref="PromptRoomException">The prompt leaves no position for a new token.</exception>
    /// <exception cref="GenerationsBusyException">Too many texts are being generated.</exception>
    /// <exception cref="PredictorBusyException">Too many texts wait.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled, or the host stops.</exception>
    IAsyncEnumerable<string> GenerateAsync(
        string adapter, string prompt, GenerateOptions? options = null, CancellationToken cancellation = default);

    /// <summary>As <see cref="GenerateAsync"/>, for a prompt or a conversation, and with a summary at the end.</summary>
    /// <param name="adapter">The name of an adapter of a decoder.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="options">How it is generated; null for the defaults.</param>
    /// <param name="cancellation">Ends the generation after its current token, as leaving the loop does.</param>
    /// <returns>The pieces; the last one has the summary.</returns>
    IAsyncEnumerable<GeneratedPiece> StreamAsync(
        string adapter, GenerationPrompt prompt, GenerateOptions? options = null, CancellationToken cancellation = default);

    /// <summary>The vector of a text, for search and comparison by meaning.</summary>
    /// <param name="adapter">The name of an adapter of an encoder.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellation">Gives up: a text that still waits is not computed.</param>
    /// <returns>The vector, as <see cref="SentenceEmbedder"/> makes it of the run.</returns>
    /// <exception cref="UnknownAdapterException">There is none of the name.</exception>
    /// <exception cref="AdapterOperationException">The adapter's backbone is no encoder.</exception>
    /// <exception cref="PredictionTextException">The text is empty.</exception>
    /// <exception cref="PredictorBusyException">Too many texts wait.</exception>
    Task<float[]> EmbedAsync(string adapter, string text, CancellationToken cancellation = default);

    /// <summary>The vectors of several texts.</summary>
    /// <param name="adapter">The name of an adapter of an encoder.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellation">Gives up: texts that still wait are not computed.</param>
    /// <returns>A vector of each text, in the same order, and how many tokens were read.</returns>
    /// <exception cref="UnknownAdapterException">There is none of the name.</exception>
    /// <exception cref="AdapterOperationException">The adapter's backbone is no encoder.</exception>
    /// <exception cref="PredictionTextException">A text is empty; nothing is computed.</exception>
    /// <exception cref="PredictorBusyException">Too many texts wait; nothing is computed.</exception>
    Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        string adapter, IReadOnlyList<string> texts, CancellationToken cancellation = default);
}

/// <summary>A run that is served.</summary>
/// <param name="Name">The name that requests use.</param>
/// <param name="Task">The task.</param>
/// <param name="Method">The method that was trained.</param>
/// <param name="Backbone">The backbone.</param>
/// <param name="Labels">The labels of a classification task; empty for others.</param>
/// <param name="HasPairs">Whether texts are pairs; null where the task does not say.</param>
/// <param name="OwnBytes">Bytes of weights that it shares with no other adapter now: those of its method and its head, and those of the
/// backbone if no other adapter uses them.</param>
public sealed record ServedAdapter(
    string Name, string Task, string Method, string Backbone, IReadOnlyList<string> Labels, bool? HasPairs, long OwnBytes)
{
    /// <summary>Whether <see cref="IPredictor.GenerateAsync"/> takes it.</summary>
    public bool Generates { get; init; }

    /// <summary>Whether <see cref="IPredictor.EmbedAsync(string, string, CancellationToken)"/> takes it.</summary>
    public bool Embeds { get; init; }

    /// <summary>When it was loaded.</summary>
    public DateTimeOffset Loaded { get; init; }
}
