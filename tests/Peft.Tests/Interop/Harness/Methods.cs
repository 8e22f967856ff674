using Peft.Methods;
using static TorchSharp.torch;

namespace Peft.Tests.Interop;

/// <summary>The methods, and adapters of them with values that are not those of a fresh one.</summary>
internal static class Known
{
    public static MethodRegistry Registry { get; } = new MethodRegistry()
        .Add<Lora>().Add<Houlsby>().Add<Pfeiffer>().Add<Peft.Methods.Parallel>().Add<Ia3>().Add<BitFitLinear>().Add<BitFitNorm>()
            .Add<BitFit>().Add<LayerNormTuning>()
        .Add<Prefix>().Add<Prompt>().Add<Full>().Add<Compacter>().Add<UniPelt>().Add<UniPeltAp>().Add<Mam>();

    public static Adapter Add(PeftModel model, string name, string method, params string[] settings)
    {
        var given = settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var adapter = model.Adapters.Add(name, MethodExpression.Parse(Registry, method, given), seed: 1);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(23);
        using var use = model.Adapters.Using(name);
        foreach (var parameter in adapter.NamedParameters.Select(pair => pair.Parameter)
            .Concat(model.HeadParameters.Select(pair => pair.Parameter)))
            parameter.add_(parameter.zeros_like().normal_(0, 0.2, generator));
        return adapter;
    }
}
