using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A trainable of an adapter at one place, with what readers and writers of files need.</summary>
public sealed class AdapterTensor
{
    private readonly ExpertBank _bank;

    private AdapterTensor(AttachedMethod attached, ExpertBank bank)
    {
        _bank = bank;
        (Module, Layer, Site, Point, Method) =
            (attached.Address.Path, attached.Address.Layer, attached.Address.Site, attached.Address.Point, attached.Part.Method.Name);
        Options = attached.Part.OptionsAt(attached.Address.Path).All;
    }

    /// <summary>The module's name in checkpoints.</summary>
    public string Module { get; }

    /// <summary>The layer from 0; -1 outside the layers.</summary>
    public int Layer { get; }

    /// <summary>The site.</summary>
    public Site Site { get; }

    /// <summary>The site's injection point, with the backbone's own parameters.</summary>
    public InjectionPoint Point { get; }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>The method's options that apply there.</summary>
    public IReadOnlyDictionary<string, object> Options { get; }

    /// <summary>The trainable's name.</summary>
    public string Name => _bank.Spec.Name;

    /// <summary>The key in adapter files, without an expert's number.</summary>
    public string Key => _bank.Key;

    /// <summary>Whether all places of the adapter share it. It is then listed at the first place.</summary>
    public bool IsShared => _bank.Spec.Scope == TrainableScope.Adapter;

    /// <summary>Whether it belongs to a router rather than to an expert, and so not to the plain method.</summary>
    public bool IsRouting => _bank.IsRouting;

    /// <summary>Sizes of one expert.</summary>
    public IReadOnlyList<long> Shape => _bank.Spec.Shape;

    /// <summary>The parameters: one if plain or shared among experts, several if mixed.</summary>
    public IReadOnlyList<Parameter> Experts => _bank.Experts;

    /// <summary>The value of the equivalent plain method: the experts' average, or the one parameter.</summary>
    /// <returns>A tensor of <see cref="Shape"/>; for a plain method, the parameter itself.</returns>
    public Tensor Merged() => _bank.Merged();

    /// <summary>Every trainable of an adapter, in the order of the forward pass.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <returns>The trainables; none for a baseline that trains the backbone itself.</returns>
    public static IReadOnlyList<AdapterTensor> All(Adapter adapter) =>
        [.. from attached in adapter.Attached from bank in attached.Banks select new AdapterTensor(attached, bank)];
}
