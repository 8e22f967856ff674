using System.Globalization;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Peft.Models.HuggingFace;

/// <summary>PREFIX_TUNING: keys and values of every layer, in one tensor [virtual tokens, layers x 2 x hidden].</summary>
internal sealed class PrefixType : IPeftType
{
    private const string Method = "prefix";
    private const string Key = "prompt_embeddings";

    public string Name => "PREFIX_TUNING";

    public bool IsPromptLearning => true;

    public bool Fits(IReadOnlyCollection<string> methods) => methods.SequenceEqual([Method]);

    /// <summary>
    /// PEFT stores the output of a reparametrising network, never the network. Its virtual tokens are a cache of earlier keys and values. A
    /// decoder continues counting positions after them; BERT and RoBERTa count from their own first token.
    /// </summary>
    public MethodRequest Request(PeftFile file, PeftModel model)
    {
        PeftConfig.Check(
            file.Config, "num_virtual_tokens", "token_dim", "num_transformer_submodules",
            "num_attention_heads", "num_layers", "encoder_hidden_size", "prefix_projection", "init_weights");
        if (file.Config.Whole("num_transformer_submodules", 1) != 1)
            throw file.Config.Problem("num_transformer_submodules", "only backbones that are an encoder or a decoder alone are "
                + "supported; expected 1");
        return new MethodRequest(Method, new()
        {
            ["prefix.length"] = file.Config.Whole("num_virtual_tokens", 0).ToString(CultureInfo.InvariantCulture),
            ["prefix.middle"] = "0",
            ["prefix.shiftPositions"] = ForeignFacts.IsDecoder(model).ToString(),
        });
    }

    public IEnumerable<TensorImport> Imports(PeftModel model, Adapter adapter) => Links(adapter).Select(link => link.Import);

    public IEnumerable<TensorExport> Exports(PeftModel model, Adapter adapter) => Links(adapter).Select(link => link.Export);

    private static IEnumerable<TensorLink> Links(Adapter adapter)
    {
        var layers = AdapterTensor.All(adapter).OrderBy(tensor => tensor.Layer).ToList();
        var (length, width) = (layers[0].Shape[0], layers[0].Shape[1]);
        yield return new TensorLink(
            Key,
            [length, layers.Count * width],
            values =>
            {
                foreach (var (layer, index) in layers.Select((layer, index) => (layer, index)))
                    TensorLink.Fill(layer, values.narrow(1, index * width, width));
            },
            () => cat([.. layers.Select(layer => layer.Merged())], 1));
    }

    public void Describe(PeftModel model, Adapter adapter, JsonObject config)
    {
        var tensors = AdapterTensor.All(adapter);
        foreach (var (option, expected) in (
            ReadOnlySpan<(string, object)>)[("middle", 0), ("gated", false), ("shiftPositions", ForeignFacts.IsDecoder(model))])
        {
            if (!tensors[0].Options[option].Equals(expected))
            {
                throw new AdapterExportException(
                    HuggingFacePeft.Format,
                    $"prefix.{option} is {tensors[0].Options[option]}; PEFT's files say {expected}" + (option == "middle"
                        ? " (eject the prefix, or use the run's adapter-flat)" : ""));
            }
        }

        var facts = ForeignFacts.Get(model, HuggingFacePeft.Format);
        if (tensors.Count != facts.Layers)
            throw new AdapterExportException(HuggingFacePeft.Format, $"the prefix is in {tensors.Count} of {facts.Layers} layers, and "
                + "PEFT's in all");
        config["num_virtual_tokens"] = tensors[0].Shape[0];
        config["token_dim"] = facts.HiddenSize;
        config["num_transformer_submodules"] = 1;
        config["num_attention_heads"] = facts.Heads;
        config["num_layers"] = facts.Layers;
        config["encoder_hidden_size"] = facts.HiddenSize;
        config["prefix_projection"] = false;
    }
}

/// <summary>PROMPT_TUNING: trained embeddings in front of the word embeddings.</summary>
internal sealed class PromptType : IPeftType
{
    private const string Method = "prompt";

    public string Name => "PROMPT_TUNING";

    public bool IsPromptLearning => true;

    public bool Fits(IReadOnlyCollection<string> methods) => methods.SequenceEqual([Method]);

    public MethodRequest Request(PeftFile file, PeftModel model)
    {
        PeftConfig.Check(
            file.Config, "num_virtual_tokens", "token_dim", "num_transformer_submodules",
            "num_attention_heads", "num_layers", "prompt_tuning_init", "prompt_tuning_init_text",
            "tokenizer_name_or_path", "tokenizer_kwargs");
        if (file.Config.Whole("num_transformer_submodules", 1) != 1)
            throw file.Config.Problem("num_transformer_submodules", "only backbones that are an encoder or a decoder alone are "
                + "supported; expected 1");
        return new MethodRequest(Method, new()
        {
            ["prompt.length"] = file.Config.Whole("num_virtual_tokens", 0).ToString(CultureInfo.InvariantCulture),
            ["prompt.shiftPositions"] = "true",
        });
    }

    public IEnumerable<TensorImport> Imports(PeftModel model, Adapter adapter) => [Link(adapter).Import];

    public IEnumerable<TensorExport> Exports(PeftModel model, Adapter adapter) => [Link(adapter).Export];

    private static TensorLink Link(Adapter adapter) => TensorLink.Whole("prompt_embeddings", AdapterTensor.All(adapter)[0]);

    public void Describe(PeftModel model, Adapter adapter, JsonObject config)
    {
        var tensor = AdapterTensor.All(adapter)[0];
        if (!(bool)tensor.Options["shiftPositions"])
            throw new AdapterExportException(HuggingFacePeft.Format, "prompt.shiftPositions is off, and PEFT's virtual tokens take "
                + "positions");
        var facts = ForeignFacts.Get(model, HuggingFacePeft.Format);
        if (tensor.Shape[1] != facts.HiddenSize)
            throw new AdapterExportException(HuggingFacePeft.Format, $"the embeddings are {tensor.Shape[1]} wide and the layers "
                + $"{facts.HiddenSize}, and PEFT has one width (token_dim) for both");
        config["num_virtual_tokens"] = tensor.Shape[0];
        config["token_dim"] = facts.HiddenSize;
        config["num_transformer_submodules"] = 1;
        config["num_attention_heads"] = facts.Heads;
        config["num_layers"] = facts.Layers;
        config["prompt_tuning_init"] = "RANDOM";
        config["prompt_tuning_init_text"] = null;
        config["tokenizer_name_or_path"] = null;
    }
}
