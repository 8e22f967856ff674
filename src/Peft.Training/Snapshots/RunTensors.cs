using Peft.Models;
using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The tensors of a snapshot: weights, AdamW's means, the best weights, the states of torch's generators.</summary>
internal static class RunTensors
{
    private const string Weight = "weight/";
    private const string Mean = "adam-mean/";
    private const string Square = "adam-square/";
    private const string Best = "best/";
    private const string CpuGenerator = "random/cpu";
    private const string GpuGenerator = "random/device";

    public static List<TensorSource> List(LoopState state)
    {
        var tensors = new List<TensorSource>();
        foreach (var (name, tensor) in Named(state).Concat(state.Best.Copies.Select(pair => (Best + pair.Key, pair.Value))))
            tensors.Add(Source(name, tensor));
        using var scope = NewDisposeScope();
        tensors.Add(Source(CpuGenerator, get_rng_state()));
        if (state.Device.type != DeviceType.CPU)
            tensors.Add(Source(GpuGenerator, DeviceGenerator.GetState(state.Device)));
        return tensors;
    }

    /// <summary>Restores all tensors of a file, or none.</summary>
    /// <exception cref="ResumeException">The run's tensors are not those of the file.</exception>
    public static void Restore(LoopState state, SafetensorsFile file)
    {
        using var scope = NewDisposeScope();
        var targets = Named(state).ToDictionary(pair => pair.Name, pair => pair.Tensor);
        string[] others = [CpuGenerator, .. state.Device.type == DeviceType.CPU ? (string[])[] : [GpuGenerator]];
        string[] missing = [.. targets.Keys.Concat(others).Where(name => !file.Tensors.ContainsKey(name))];
        string[] unexpected = [
            .. file.Tensors.Keys.Where(name => !targets.ContainsKey(name) && !others.Contains(name)
            && !(name.StartsWith(Best, StringComparison.Ordinal) && targets.ContainsKey(Weight + name[Best.Length..])))];
        string[] misshapen = [
            .. targets.Concat(Copies(targets)).Where(pair =>
                file.Tensors.TryGetValue(pair.Key, out var info) && !info.Shape.SequenceEqual(pair.Value.shape))
            .Select(pair => pair.Key), .. others.Where(name => file.Tensors.TryGetValue(name, out var info)
                && (info.DType != DType.U8 || !info.Shape.SequenceEqual(GeneratorOf(state, name).shape)))];
        if (missing.Length + unexpected.Length + misshapen.Length > 0)
        {
            throw new ResumeException(
                file.Path, $"is of another model: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}], "
                    + $"of another shape [{string.Join(", ", misshapen)}].");
        }

        using var frozen = no_grad();
        foreach (var (name, target) in targets)
            target.copy_(ArchiveTensors.Read(file, name));
        state.Best.Replace(file.Tensors.Keys.Where(name => name.StartsWith(Best, StringComparison.Ordinal)).ToDictionary(
            name => name[Best.Length..], name => ArchiveTensors.Read(file, name).to(state.Device)));
        set_rng_state(ArchiveTensors.Read(file, CpuGenerator));
        if (state.Device.type != DeviceType.CPU)
            DeviceGenerator.SetState(state.Device, ArchiveTensors.Read(file, GpuGenerator));
    }

    /// <summary>The best weights under their names, which have the shapes of the weights.</summary>
    private static IEnumerable<KeyValuePair<string, Tensor>> Copies(Dictionary<string, Tensor> targets) =>
        targets.Where(pair => pair.Key.StartsWith(Weight, StringComparison.Ordinal))
            .Select(pair => KeyValuePair.Create(Best + pair.Key[Weight.Length..], pair.Value));

    private static Tensor GeneratorOf(LoopState state, string name) =>
        name == CpuGenerator ? get_rng_state() : DeviceGenerator.GetState(state.Device);

    private static IEnumerable<(string Name, Tensor Tensor)> Named(LoopState state)
    {
        foreach (var (name, parameter) in state.Model.TrainableParameters)
            yield return (Weight + name, parameter);
        foreach (var adam in state.Optimizer.States)
        {
            yield return (Mean + adam.Name, adam.Mean);
            yield return (Square + adam.Name, adam.Square);
        }
    }

    /// <summary>Bytes are copied only when they are written, so that a snapshot needs no second copy of all tensors.</summary>
    private static TensorSource Source(string name, Tensor tensor)
    {
        if (name is CpuGenerator or GpuGenerator)
            return new TensorSource(name, DType.U8, tensor.shape, tensor.cpu().bytes.ToArray());
        return new TensorSource(name, TypeOf(name, tensor.dtype), tensor.shape, stream =>
        {
            using var scope = NewDisposeScope();
            TensorParts.Write(tensor.detach().cpu().contiguous(), stream);
        });
    }

    private static DType TypeOf(string name, ScalarType type) => type switch
    {
        ScalarType.Float32 => DType.F32,
        ScalarType.Float64 => DType.F64,
        ScalarType.BFloat16 => DType.BF16,
        ScalarType.Float16 => DType.F16,
        _ => throw new NotSupportedException($"{name} is of dtype {type}, which snapshots do not hold."),
    };
}
