using System.Threading.Channels;
using Peft.Models;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>A text that is to be generated, and the pieces that its reader has not taken yet.</summary>
internal sealed class WaitingText(
    LoadedAdapter adapter, IReadOnlyList<PromptTurn> prompt, GenerationOptions options, IReadOnlyList<string> stops,
    CancellationToken cancellation) : IWaiting
{
    private readonly Channel<GeneratedPiece> _pieces = Channel.CreateUnbounded<GeneratedPiece>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private volatile bool _isGivenUp;

    public LoadedAdapter Adapter => adapter;

    public object Group => typeof(WaitingText); // each text is a generation of its own; all can begin at once

    public bool IsGivenUp => _isGivenUp || cancellation.IsCancellationRequested;

    public IAsyncEnumerable<GeneratedPiece> Pieces => _pieces.Reader.ReadAllAsync(cancellation);

    /// <summary>Begins the text. Called on the thread that computes.</summary>
    public TextGeneration Begin() => TextGeneration.Begin(adapter.Model, prompt, options, stops);

    public void GiveUp() => _isGivenUp = true;

    public void Add(GeneratedPiece piece) => _pieces.Writer.TryWrite(piece);

    public void End() => _pieces.Writer.TryComplete();

    public void Failed(Exception problem) => _pieces.Writer.TryComplete(problem);
}
