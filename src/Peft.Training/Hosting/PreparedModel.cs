using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The model of a run: backbone with the task's head, dtype, device, method.</summary>
internal static class PreparedModel
{
    public static PeftModel Load(BackboneRegistry families, TrainingOptions options, AdapterSpec method, TaskHead head, Action<string> notice)
    {
        var device = DeviceChoice.Parse(options.Device);
        var model = BackboneModel.Load(
            families, BackboneSource.Folder(options.Backbone), head, new BackboneSettings(Dropout: options.BackboneDropout)
            {
                Notice = BackboneSource.IsBuiltIn(options.Backbone) ? null : notice,
            });
        var backbone = BackboneModel.Cast(model.Backbone);
        if (options.MaxLength > backbone.MaxLength)
            throw new TrainingOptionsException(
                "max-length", $"{options.MaxLength} is longer than the backbone's {backbone.MaxLength} positions");
        if (options.BackboneDtype == "bfloat16")
            backbone.Body.to(ScalarType.BFloat16);
        DeviceChoice.CheckFits(device, model.Backbone);
        model.Backbone.to(device);
        backbone.RecomputesActivations = options.RecomputeActivations;
        model.UseTokenizer(text => BackboneSource.TokensOf(BackboneSource.Tokenizer(families, options.Backbone, model.Backbone), text));
        model.Attach(method, (ulong)options.Seed);
        return model;
    }
}
