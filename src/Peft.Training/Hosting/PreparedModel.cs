using Peft.Data;
using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The model of a run: backbone with the task's head, dtype, device, method.</summary>
internal static class PreparedModel
{
    public static PeftModel Load(
        BackboneRegistry families, TrainingOptions options, AdapterSpec method, TaskHead head, Action<string> notice)
    {
        var device = DeviceChoice.Parse(options.Device);
        var folder = BackboneSource.Folder(options.Backbone);
        var tokens = options.AddTokens is null ? [] : AddedTokensFile.Read(options.AddTokens);
        var settings = new BackboneSettings(Dropout: options.BackboneDropout)
        {
            Notice = BackboneSource.IsOwn(options.Backbone) ? null : notice,
            Pooler = Enum.Parse<PoolerChoice>(options.Pooler, ignoreCase: true),
        };
        var model = BackboneModel.Load(families, folder, head, AddedVocabulary.Extend(settings, folder, tokens));
        try
        {
            Prepare(families, options, method, model, device, tokens, folder);
            return model;
        }
        catch
        {
            model.Dispose(); // a backbone is large, and finalizers may free it late
            throw;
        }
    }

    private static void Prepare(
        BackboneRegistry families, TrainingOptions options, AdapterSpec method, PeftModel model, Device device,
        IReadOnlyList<string> tokens, string folder)
    {
        AddedVocabulary.Start(model, folder, tokens);
        var backbone = BackboneModel.Cast(model.Backbone);
        CheckPooler(options, backbone);
        if (options.MaxLength > backbone.MaxLength)
            throw new TrainingOptionsException(
                "max-length", $"{options.MaxLength} is longer than the backbone's {backbone.MaxLength} positions");
        if (options.BackboneDtype == "bfloat16")
            ToBFloat16(model, backbone);
        DeviceChoice.CheckFits(device, model.Backbone);
        model.Backbone.to(device);
        backbone.RecomputesActivations = options.RecomputeActivations;
        model.UseTokenizer(text => BackboneSource.TokensOf(
            BackboneSource.Tokenizer(families, options.Backbone, model.Backbone, model.AddedTokens), text));
        model.Attach(method, (ulong)options.Seed);
        if (!model.TrainableParameters.Any())
            throw new TrainingOptionsException(
                "method", $"{method.Expression} trains nothing here: the task's head is the backbone's own; choose another method "
                    + "(`peft methods` lists them)");
        CheckMemory(model, method);
    }

    private static void CheckPooler(TrainingOptions options, IBackbone backbone)
    {
        var choice = Enum.Parse<PoolerChoice>(options.Pooler, ignoreCase: true);
        var problem = (choice, backbone.TrainsPooler) switch
        {
            (PoolerChoice.Auto, _) or (PoolerChoice.Stored, false) or (PoolerChoice.New, true) => null,
            (_, null) => $"is for classifiers of texts on BERT, and this run of {options.Backbone} has none; leave it out",
            (PoolerChoice.Stored, _) => $"{options.Backbone} stores no pooler; leave it out, or use new",
            _ => $"{options.Backbone} has a head for these labels, which is used with its pooler; leave it out",
        };
        if (problem is not null)
            throw new TrainingOptionsException("pooler", problem);
    }

    /// <summary>Each trained element has a gradient and two moments of the optimiser, in the CPU's memory if the model is there.</summary>
    private static void CheckMemory(PeftModel model, AdapterSpec method)
    {
        var trained = model.Backbone.parameters().Concat(model.Adapter?.NamedParameters.Select(pair => pair.Parameter) ?? [])
            .Where(parameter => parameter.requires_grad && parameter.device_type == DeviceType.CPU).Distinct().ToList();
        var bytes = trained.Sum(parameter => (decimal)parameter.numel() * parameter.element_size()) * 3;
        var available = AvailableMemory.Bytes;
        if (bytes > available)
            throw new NotEnoughMemoryException(
                $"method {method.Expression}",
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"gradients and moments, {bytes / (1 << 30):F1} GiB,"),
                available, "lower the option that sets the size of the new parameters");
    }

    /// <summary>Converts the frozen parts. Parts of the body that are trained, such as a new pooler, stay in float32.</summary>
    private static void ToBFloat16(PeftModel model, IBackbone backbone)
    {
        backbone.Body.to(ScalarType.BFloat16);
        foreach (var (_, part) in model.Backbone.named_modules().Where(pair => backbone.TrainedParts.Contains(pair.name)))
            part.to(ScalarType.Float32);
    }
}
