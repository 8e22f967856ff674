using System.Globalization;
using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>The examples of a run on a prompt.</summary>
internal sealed class PromptData : ITaskData
{
    private readonly TaskData _data;
    private readonly ClozePrompt _prompt;
    private readonly IReadOnlyList<Demonstration> _shown;
    private readonly bool _areTest;
    private readonly List<string> _notices;

    /// <param name="data">The task and its examples.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="shown">The demonstrations of texts that are not trained on.</param>
    /// <param name="areTest">Whether the rows that are evaluated are a benchmark's test rows.</param>
    /// <param name="metric">The metric that selects the epoch; null for the task's.</param>
    public PromptData(TaskData data, ClozePrompt prompt, IReadOnlyList<Demonstration> shown, bool areTest, string? metric)
    {
        (_data, _prompt, _shown, _areTest) = (data with { Task = SelectedMetric.Apply(data.Task, metric) }, prompt, shown, areTest);
        _notices = [.. data.Notices];
    }

    public IReadOnlyList<string> Files => _data.Files;

    public IReadOnlyList<string> Notices => _notices;

    public double? MajorityShare => _data.MajorityShare;

    public IReadOnlyList<int> MeasureLengths(ITokenizer tokenizer)
    {
        var encoder = new ClozeEncoder(_prompt, tokenizer, "the backbone");
        return [.. _data.Train.Examples.Select(example => encoder.Measure(example.Text, example.Pair, _shown))];
    }

    public ITaskSession Encode(PeftModel model, ITokenizer tokenizer, TrainingOptions options)
    {
        var encoder = new ClozeEncoder(_prompt, tokenizer, options.Backbone);
        var words = Verbaliser.Tokens(_prompt, tokenizer, options.Backbone);
        var backbone = (IMaskedWordBackbone)model.Backbone;
        if (backbone.TrainedParts.Count > 0)
            _notices.Add($"{options.Backbone} has no masked-word head, so that an untrained one is made, trained and saved with the "
                + "adapter; a prompt helps where the head was pretrained, as in roberta-base");
        NoteFewDemonstrations(options.Demonstrations);
        var own = new Demonstrations(_data.Train.Examples, _prompt.Labels.Count, options.Demonstrations, options.Seed);
        return new ClassificationSession(
            model, _data, state: null, options, Encoded(_data.Train, own.OfTraining), Encoded(_data.Dev, _ => _shown),
            _data.Test is null ? null : Encoded(_data.Test, _ => _shown), new ClozeLogits(backbone, words).Compute)
        {
            Template = StoredPrompt.Write(_prompt, _shown), SelectsEpoch = !_areTest,
        };

        EncodedDataset Encoded(TaskSplit split, Func<int, IReadOnlyList<Demonstration>> shown) => new(
            _data.Task, split.Examples,
            [.. split.Examples.Select((example, row) => encoder.Encode(example.Text, example.Pair, shown(row), options.MaxLength))],
            tokenizer.PadId, options.MaxLength);
    }

    private void NoteFewDemonstrations(int perLabel)
    {
        var counts = _data.Train.Examples.CountBy(example => (int)example.Label).ToDictionary();
        foreach (var (label, index) in _prompt.Labels.Select((label, index) => (label, index)))
        {
            if (perLabel > 0 && counts.GetValueOrDefault(index) is var count && count <= perLabel)
                _notices.Add(string.Create(CultureInfo.InvariantCulture, $"label '{label}' has {count} training "
                    + $"{(count == 1 ? "example" : "examples")}, so that some texts have fewer than --demonstrations {perLabel} of it"));
        }
    }
}
