using Peft.Models;
using Peft.Tests.Conformance;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Decoding;

/// <summary>A method on a small decoder in float64, plain or mixed, its weights perturbed.</summary>
internal sealed class DecoderSubject : IDisposable
{
    private const string Small =
        "lora.rank=3 houlsby.size=5 pfeiffer.size=5 parallel.size=5 prefix.length=3 prefix.middle=7 prompt.length=2 "
            + "compacter.summands=2 compacter.reductionFactor=4 adamix.experts=3";

    private readonly DisposeScope _scope = NewDisposeScope();

    public DecoderSubject(string method, bool mixed, string settings = "", bool perturbed = true)
    {
        Language = TinyDecoder.Model(seed: 11, vocabulary: 19);
        Model = new PeftModel(Language);
        Model.Attach(Spec(method, mixed, settings), seed: 5);
        Language.eval();
        if (!perturbed)
            return;
        using var frozen = no_grad();
        using var generator = new Generator(99);
        foreach (var (_, parameter) in Model.Adapter!.NamedParameters)
            parameter.add_(parameter.zeros_like().normal_(0, 0.3, generator));
    }

    public CausalLanguageModel Language { get; }

    public PeftModel Model { get; }

    /// <summary>Every method that adds something to the backbone, and variants whose formulas differ.</summary>
    public static IEnumerable<(string Method, string Settings)> Methods =>
    [
        .. Subject.Names.Select(name => (name, "")),
        ("lora", "lora.gated=true"), ("lora", "lora.dora=true"), ("lora", "lora.targets=all-linear lora.gated=true"),
            ("pfeiffer", "pfeiffer.gated=true"),
        ("prefix", "prefix.gated=true"), ("prefix", "prefix.middle=0 prefix.shiftPositions=true"),
            ("houlsby", "houlsby.sites=beforeFeedForwardDropout"),
        ("prompt+lora", "lora.gated=true"), ("prompt+prefix", "prefix.gated=true prefix.shiftPositions=true"),
    ];

    public static IEnumerable<TheoryDataRow<string, string, bool>> All =>
        from method in Methods
        from mixed in (bool[])[false, true]
        select new TheoryDataRow<string, string, bool>(method.Method, method.Settings, mixed);

    public static AdapterSpec Spec(string method, bool mixed, string settings) => MethodExpression.Parse(
        Subject.Registry,
        mixed ? $"adamix({method})" : method,
        $"{Small} {settings}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('=', 2)).GroupBy(pair => pair[0])
            .ToDictionary(same => same.Key, same => same.Last()[1]));

    /// <summary>Logits [rows, length, vocabulary].</summary>
    public Tensor Forward(Tensor ids, Tensor? mask = null, KeyValueCache? cache = null) =>
        Model.Run(() => Language.call(new DecoderInputs(ids, mask, cache)));

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
    }
}
