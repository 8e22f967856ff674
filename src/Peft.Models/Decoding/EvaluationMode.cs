using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Sets a model to evaluation mode until disposed. Then each of its modules returns to its previous mode.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly List<(nn.Module Module, bool Training)> _before;

    public EvaluationMode(nn.Module model)
    {
        // A module also sets its submodules, so outer modules must come first.
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
