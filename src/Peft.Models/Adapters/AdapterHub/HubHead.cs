using System.Text.Json.Nodes;
using Peft.Data;

namespace Peft.Models.AdapterHub;

/// <summary>Converts classification heads between AdapterHub's layers and this library's backbones.</summary>
internal static class HubHead
{
    /// <summary>The live head's parameters, under the file's keys.</summary>
    public static IEnumerable<TensorLink> Links(PeftModel model, string name)
    {
        var layers = (model.Backbone as IBackbone)?.Facts?.Classifier?.Layers ?? 1;
        return model.HeadParameters.Select(pair => TensorLink.Whole(KeyOf(pair.Name, name, layers), pair.Parameter));
    }

    /// <summary>Rejects a head whose computation differs from the backbone's.</summary>
    public static void Check(ConfigObject head, PeftModel model)
    {
        head.CheckOthers(["head_type", "num_labels", "layers", "activation_function", "label2id", "use_pooler", "bias", "dropout_prob",
            "embedding_size"]);
        if (head.Text("head_type") is not "classification" and var type)
            throw head.Problem("head_type", $"'{Excerpt.Cut(type ?? "none")}' is not supported here; expected classification, or load "
                + "the adapter without its head");
        if (HeadFiles.PartsBeside(model) is [var part, ..])
            throw head.Problem("use_pooler", $"needs the checkpoint's {part}, and the backbone's is new; name a backbone that has it, or "
                + "load the adapter without its head");
        if ((model.Backbone as IBackbone)?.Facts?.Classifier is null)
            throw head.Problem("head_type", $"has no counterpart on a {model.Backbone.GetName()}; load the adapter without its head");
        var expected = Describe(model);
        foreach (var field in (string[])["layers", "use_pooler", "bias"])
        {
            var (found, wanted) = (head.Node(field)?.ToJsonString() ?? Default(field), expected[field]!.ToJsonString());
            if (found != wanted)
                throw head.Problem(field, $"is {found}, and the head of this backbone is built with {wanted}; load the adapter without "
                    + "its head");
        }

        var activation = expected["activation_function"]?.GetValue<string>();
        if (head.Whole("layers", 1) > 1 && head.Text("activation_function") is var function && function != activation)
            throw head.Problem("activation_function", $"'{Excerpt.Cut(function ?? "none")}' is not supported here; expected {activation}, "
                + "or load the adapter without its head");
    }

    /// <summary>The configuration of the backbone's head.</summary>
    public static JsonObject Describe(PeftModel model)
    {
        var head = (model.Backbone as IBackbone)?.Facts?.Classifier
            ?? throw new AdapterExportException(AdapterHubFormat.Format, $"the head of a {model.Backbone.GetName()} has no counterpart");
        return new JsonObject
        {
            ["activation_function"] = head.Layers > 1 ? head.Activation : null,
            ["bias"] = head.HasBias,
            ["dropout_prob"] = null,
            ["head_type"] = "classification",
            ["label2id"] = null,
            ["layers"] = head.Layers,
            ["num_labels"] = head.Outputs,
            ["use_pooler"] = head.UsesPooler,
        };
    }

    /// <summary>The number of rows of a head's last map.</summary>
    public static int? Labels(ITensorArchive archive) =>
        archive.Tensors.Keys.Where(key => key.StartsWith("heads.", StringComparison.Ordinal)
        && key.EndsWith(".weight", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal).Select(key => (int?)archive.Tensors[key].Shape[0]).LastOrDefault();

    public static bool IsHead(string key) => key.StartsWith("heads.", StringComparison.Ordinal);

    private static string Default(string field) => field switch { "layers" => "2", "bias" => "true", _ => "false" };

    /// <summary>Its layers are numbered: dropout, linear, function, dropout, linear.</summary>
    private static string KeyOf(string parameter, string name, int layers)
    {
        var kind = parameter[(parameter.LastIndexOf('.') + 1)..];
        return $"heads.{name}.{(layers > 1 && HeadFiles.IsLastMap(parameter) ? 4 : 1)}.{kind}";
    }
}
