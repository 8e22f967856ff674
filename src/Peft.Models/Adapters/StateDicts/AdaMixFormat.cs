using System.Globalization;
using System.Text.RegularExpressions;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models.StateDicts;

/// <summary>
/// Checkpoints of the AdaMix authors' code: all experts of bottleneck adapters (<c>ExpertSoup</c>) or of GPT-2's LoRA
/// (<c>experts_lora_</c>), and the head. They are read as a mixture, so that training can continue.
/// </summary>
public static partial class AdaMixFormat
{
    /// <summary>The format's name in messages and on the command line.</summary>
    public const string Format = "adamix";

    /// <summary>The outputs of the classification head in a file.</summary>
    /// <param name="path">The file or its folder.</param>
    /// <returns>The number of outputs; null if the file has no head.</returns>
    /// <exception cref="TensorFileException">The file cannot be read.</exception>
    public static int? Labels(string path) => LoralibFormat.Labels(path);

    /// <summary>Adds a file's mixture, and its head if present, strictly. The active adapters do not change.</summary>
    /// <param name="model">The backbone.</param>
    /// <param name="name">A name that is not in use.</param>
    /// <param name="path">The file, or a folder that contains only this file.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="settings">Settings of the method and of <c>adamix</c> that files do not contain: <c>lora.alpha</c> for LoRA;
    /// <c>houlsby.activation</c> if it is not the released code's gelu.</param>
    /// <returns>The adapter, not active.</returns>
    /// <exception cref="MissingSettingException">The file contains LoRA, and lora.alpha is not given.</exception>
    /// <exception cref="ForeignTensorsException">The tensors are not a mixture of this backbone.</exception>
    /// <exception cref="DuplicateAdapterException">The name is already in use.</exception>
    public static Adapter Load(
        PeftModel model, string name, string path, MethodRegistry registry, IReadOnlyDictionary<string, string> settings)
    {
        using var file = StateDictFile.Open(path);
        var places = file.Keys.Select(key => ExpertKey().Match(key)).Where(match => match.Success).ToList();
        var isLora = places.Exists(match => match.Groups["lora"].Success);
        if (places.Count == 0 || (isLora && places.Exists(match => !match.Groups["lora"].Success)))
            throw new ForeignTensorsException(
                file.Archive.Path, ["*.ExpertSoup.MoA_A.deepspeed_experts.* or *.experts_lora_A.*, and not both"],
                [.. file.Archive.Tensors.Keys], []);
        if (isLora && !settings.Keys.Contains("lora.alpha", StringComparer.OrdinalIgnoreCase))
            throw new MissingSettingException(
                file.Archive.Path, "lora.alpha", "say what the mixture was trained with, as in --set lora.alpha=32");
        var given = new Dictionary<string, string>(settings, StringComparer.OrdinalIgnoreCase);
        var method = isLora ? "lora" : "houlsby";
        var (down, up) = (Experts(places, "A"), Experts(places, "B"));
        AddMethod(given, file, places, isLora, IsDecoder(model));
        given.TryAdd("adamix.experts", Math.Max(down, up).ToString(CultureInfo.InvariantCulture));
        given.TryAdd("adamix.share", (down, up) switch { (> 1, 1) => "up", (1, > 1) => "down", _ => "none" });
        if (isLora || IsDecoder(model))
            given.TryAdd("adamix.route", "layer");
        var expression = Math.Max(down, up) > 1 ? $"adamix({method})" : method;
        return ForeignAdapters.Add(model, name, new MethodRequest(expression, given).ToSpec(registry), file.Archive, adapter =>
        {
            var links = Links(adapter, isLora, IsDecoder(model)).Concat(HeadFiles.Links(model, file.KeyOf, isExpected: false)).ToList();
            file.Import(links, model, key => ExpertKey().IsMatch(key) || IsIdle(key), IsIdle);
        });
    }

    /// <summary>
    /// Writes a mixture with all of its experts, and its head, as one state dict: <c>adamix(houlsby)</c> at
    /// <see cref="Site.BeforeFeedForwardDropout"/>, or <c>adamix(lora)</c> on a decoder's query and value. The file has no place for alpha
    /// and the activation, which its reader must know.
    /// </summary>
    /// <param name="model">The backbone with the adapter.</param>
    /// <param name="name">The adapter's name.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="weights">The kind of file.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="AdapterExportException">The released code cannot express the adapter; nothing is written.</exception>
    /// <exception cref="FolderNotEmptyException">The folder is not empty.</exception>
    /// <exception cref="TensorWriteException">The disk is full, or the folder is not writable.</exception>
    public static void Save(PeftModel model, string name, string folder, WeightsFile weights = WeightsFile.PyTorch)
    {
        var adapter = model.Adapters[name];
        var method = StateDictExport.CheckMethod(adapter, Format, "houlsby", "lora");
        var tensors = AdapterTensor.All(adapter);
        if (adapter.Spec.Mixture?.Routing == RoutingPolicy.Switch)
            throw new AdapterExportException(Format, "the mixture has a learned router, and the released code has none");
        if (method == "lora" && !IsDecoder(model))
            throw new AdapterExportException(Format, "the released code mixes LoRA on GPT-2 alone; mix houlsby on an encoder");
        if (method == "houlsby" && tensors.Any(tensor => !(bool)tensor.Options["biases"]))
            throw new AdapterExportException(Format, "houlsby.biases is false, and the released code's adapters have biases");
        if (method == "lora")
            StateDictExport.CheckLora(tensors, Format, parts => parts.SequenceEqual([0, 2]));
        else if (tensors.FirstOrDefault(tensor => tensor.Site != Site.BeforeFeedForwardDropout) is { } other)
            throw new AdapterExportException(
                Format, $"there is an adapter at {other.Site}, and the released code has them at {Site.BeforeFeedForwardDropout} alone "
                    + "(houlsby.sites=beforeFeedForwardDropout)");
        StateDictExport.Write(model, name, folder, Format, weights, Links(adapter, method == "lora", IsDecoder(model)));
    }

    private static IEnumerable<TensorLink> Links(Adapter adapter, bool isLora, bool isDecoder)
    {
        var tensors = AdapterTensor.All(adapter);
        return isLora ? LowRank(tensors) : tensors.SelectMany(tensor => Bottleneck(tensor, isDecoder));
    }

    /// <summary>
    /// Keys to ignore: the weights of a learned average, which the released code freezes at zero (equal weights), and its cache of a merged
    /// factor.
    /// </summary>
    private static bool IsIdle(string key) => key.EndsWith(".expert_score_weight", StringComparison.Ordinal) || IdleWeight().IsMatch(key);

    private static bool IsDecoder(PeftModel model) => ForeignFacts.IsDecoder(model);

    private static int Experts(List<Match> places, string side) => places.Where(match => match.Groups["side"].Value == side)
        .Select(match => int.Parse(match.Groups["expert"].ValueSpan, CultureInfo.InvariantCulture) + 1).DefaultIfEmpty(1).Max();

    private static void AddMethod(Dictionary<string, string> given, StateDictFile file, List<Match> places, bool isLora, bool isDecoder)
    {
        string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
        var first = places.FirstOrDefault(match => match.Groups["side"].Value == (isLora ? "B" : "A")
            && (isLora || match.Groups["kind"].Value == "weight"))?.Value ?? throw new ForeignTensorsException(
                file.Archive.Path, [isLora ? "*.experts_lora_B.*" : "*.ExpertSoup.MoA_A.deepspeed_experts.*.weight"], [], []);
        if (isLora)
        {
            given["lora.rank"] = Text(file.Info(first).Shape[^1]);
            given["lora.sites"] = $"{Site.Query}+{Site.Value}";
            return;
        }

        given["houlsby.size"] = Text(file.Info(first).Shape[0]);
        given["houlsby.sites"] = Site.BeforeFeedForwardDropout.ToString();
        given.TryAdd("houlsby.activation", isDecoder ? "gelunew" : "gelu"); // as the released code for each
    }

    /// <summary>Concatenates query's rows and value's rows for each expert.</summary>
    private static IEnumerable<TensorLink> LowRank(IReadOnlyList<AdapterTensor> tensors) =>
        from tensor in tensors
        group tensor by (ModuleNames.Foreign(tensor.Module).Module, tensor.Name) into parts
        from expert in Enumerable.Range(0, parts.First().Experts.Count)
        let rows = parts.First().Shape[0]
        select new TensorLink(
            string.Create(CultureInfo.InvariantCulture, $"{parts.Key.Module}.experts_lora_{parts.Key.Name}.{expert}"),
            [2 * rows, parts.First().Shape[1]],
            values =>
            {
                foreach (var part in parts)
                    part.Experts[expert].copy_(values.narrow(0, ModuleNames.Foreign(part.Module).Part == 0 ? 0 : rows, rows));
            },
            () => cat([.. parts.OrderBy(part => ModuleNames.Foreign(part.Module).Part).Select(part => part.Experts[expert])], 0));

    private static IEnumerable<TensorLink> Bottleneck(AdapterTensor tensor, bool isDecoder) =>
        tensor.Experts.Select((expert, index) => TensorLink.Whole(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{tensor.Module}{(isDecoder ? ".mlp" : "")}.ExpertSoup.MoA_"
                + $"{(tensor.Name.StartsWith("Down", StringComparison.Ordinal) ? "A" : "B")}"
                + $".deepspeed_experts.{index}.{(tensor.Name.EndsWith("Bias", StringComparison.Ordinal) ? "bias" : "weight")}"),
        expert));

    [GeneratedRegex(
        @"^.*\.(ExpertSoup\.MoA_(?<side>[AB])\.deepspeed_experts\.(?<expert>\d{1,4})\.(?<kind>weight|bias)|"
        + @"(?<lora>experts_lora_)(?<side>[AB])\.(?<expert>\d{1,4}))$")]
    private static partial Regex ExpertKey();

    [GeneratedRegex(@"\.(experts_)?lora_[AB]_w$")]
    private static partial Regex IdleWeight();
}
