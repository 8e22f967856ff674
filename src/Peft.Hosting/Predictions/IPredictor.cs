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
}

/// <summary>A run that is served.</summary>
/// <param name="Name">The name that requests use.</param>
/// <param name="Task">The task.</param>
/// <param name="Method">The method that was trained.</param>
/// <param name="Backbone">The backbone.</param>
/// <param name="Labels">The labels of a classification task; empty for others.</param>
/// <param name="HasPairs">Whether texts are pairs; null where the task does not say.</param>
/// <param name="OwnBytes">Bytes of weights that it shares with no other adapter: its own, and its head.</param>
public sealed record ServedAdapter(
    string Name, string Task, string Method, string Backbone, IReadOnlyList<string> Labels, bool? HasPairs, long OwnBytes);
