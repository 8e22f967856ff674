using Peft.Training;

namespace Peft.Hosting;

/// <summary>
/// The texts that are being generated. They take turns, a token each, so that none waits for the end of another. Only the computing thread
/// uses it.
/// </summary>
internal sealed class GenerationTurns(AdapterTable adapters, PredictorMeters meters)
{
    private readonly Queue<(WaitingText Request, TextGeneration? Text)> _turns = [];

    /// <summary>The number of unfinished texts.</summary>
    public int Count => _turns.Count;

    /// <summary>Adds a text whose prompt is computed in its first turn.</summary>
    public void Add(WaitingText request)
    {
        if (adapters.Begin(request.Adapter, [request]).Count > 0)
            _turns.Enqueue((request, null));
    }

    /// <summary>Generates a token of the text whose turn it is.</summary>
    public void Step()
    {
        if (!_turns.TryDequeue(out var turn))
            return;
        var (request, text) = turn;
        if (request.IsGivenUp)
        {
            End(request, text);
            return;
        }

        try
        {
            text ??= request.Begin();
            var (piece, goesOn) = text.Step();
            meters.Generated(request.Adapter.Name);
            var summary = goesOn ? null : new GenerationSummary(Reason(text), text.PromptTokens, text.NewTokens);
            if (piece.Length > 0 || summary is not null)
                request.Add(new GeneratedPiece(piece) { Summary = summary });
            if (goesOn)
                _turns.Enqueue((request, text));
            else
                End(request, text);
        }
        catch (Exception problem)
        {
            request.Failed(problem);
            End(request, text);
        }
    }

    /// <summary>Ends all texts, because the host stops.</summary>
    public void Stop()
    {
        while (_turns.TryDequeue(out var turn))
        {
            turn.Request.Failed(new OperationCanceledException("the host stops"));
            End(turn.Request, turn.Text);
        }
    }

    /// <summary>Frees keys and values, and then the adapter, if nobody else uses it.</summary>
    private void End(WaitingText request, TextGeneration? text)
    {
        text?.Dispose();
        request.End();
        adapters.Release(request.Adapter);
    }

    private static GenerationEnd Reason(TextGeneration text) =>
        text.IsStopped ? GenerationEnd.StopSequence : text.IsCut ? GenerationEnd.MaxTokens : GenerationEnd.EndToken;
}
