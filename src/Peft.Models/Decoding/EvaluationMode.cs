using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>A model in evaluation mode until this is disposed of; then each of its modules is in the mode it was in.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly List<(nn.Module Module, bool Training)> _before;

    public EvaluationMode(nn.Module model)
    {
        // A module sets those inside it, so that outer ones must come first.
        _before = [(model, model.training), .. model.named_modules().OrderBy(pair => pair.Item1.Count(letter => letter == '.'))
            .Select(pair => (pair.Item2, pair.Item2.training))];
        model.eval();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (module, training) in _before)
            module.train(training);
    }
}
