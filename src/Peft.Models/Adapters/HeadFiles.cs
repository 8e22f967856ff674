using Peft.Data;

namespace Peft.Models;

/// <summary>Reads and writes heads in files that name them as the backbone does.</summary>
internal static class HeadFiles
{
    /// <summary>The weight whose rows are a classification head's outputs.</summary>
    public static IReadOnlyList<string> LastMaps { get; } = ["classifier.weight", "classifier.out_proj.weight", "score.weight"];

    /// <summary>Whether a parameter belongs to a classification head's last linear map.</summary>
    public static bool IsLastMap(string parameter) => parameter.StartsWith("classifier.out_proj.", StringComparison.Ordinal)
        || parameter is "classifier.weight" or "classifier.bias" or "score.weight" or "score.bias";

    /// <summary>The last names of parts that are trained beside the head, such as <c>pooler</c> where the checkpoint has none.</summary>
    public static IReadOnlyList<string> PartsBeside(PeftModel model) => model.Backbone is IBackbone backbone
        ? [.. backbone.TrainedParts.Where(part => !backbone.IsHead(part)).Select(part => part.Split('.')[^1])] : [];

    /// <summary>The live head's parameters if the file contains any of them or is expected to; otherwise none.</summary>
    public static IEnumerable<TensorLink> Links(PeftModel model, Func<string, string?> keyOf, bool isExpected)
    {
        var head = model.HeadParameters.ToList();
        return isExpected || head.Any(parameter => keyOf(parameter.Name) is not null)
            ? head.Select(parameter => TensorLink.Whole(parameter.Name, parameter.Parameter)) : [];
    }
}

/// <summary>Adds adapters read from other libraries' files.</summary>
internal static class ForeignAdapters
{
    /// <summary>Adds an adapter and fills it while its head is live. On failure, the model is not changed.</summary>
    public static Adapter Add(PeftModel model, string name, AdapterSpec spec, ITensorArchive file, Action<Adapter> fill)
    {
        var adapter = model.Adapters.AddFor(name, spec, file);
        try
        {
            using var use = model.Adapters.Using(name);
            fill(adapter);
            return adapter;
        }
        catch
        {
            model.Adapters.Remove(name);
            throw;
        }
    }
}
