using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The model of a run: backbone with the task's head, dtype, device, method.</summary>
internal static class PreparedModel
{
    public static PeftModel Load(TrainingOptions options, AdapterSpec method, TaskHead head)
    {
        var device = DeviceChoice.Of(options.Device);
        var model = BackboneModel.Load(BackboneSource.Folder(options.Backbone), head, blankHead: false, options.BackboneDropout);
        var longest = BackboneModel.MaxLength(model.Backbone);
        if (options.MaxLength > longest)
            throw new TrainingOptionsException("max-length", $"{options.MaxLength} is longer than the backbone's {longest} positions");
        if (options.BackboneDtype == "bfloat16")
            BackboneModel.To(model.Backbone, ScalarType.BFloat16);
        DeviceChoice.CheckFits(device, model.Backbone);
        model.Backbone.to(device);
        BackboneModel.CheckpointActivations(model.Backbone, options.ActivationCheckpointing);
        model.UseTokenizer(text => BackboneSource.TokensOf(BackboneSource.Tokenizer(options.Backbone, model.Backbone), text));
        model.Attach(method, (ulong)options.Seed);
        return model;
    }
}
