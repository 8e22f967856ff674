using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Peft;

/// <summary>The place of a checkpointed layer in the graph: its inputs and trainables go in, the results of the recorded run come out.</summary>
internal sealed class CheckpointFunction : MultiTensorFunction<CheckpointFunction>
{
    private const string Segment = "segment";

    public override string Name => nameof(ActivationCheckpoint);

    /// <param name="ctx">The context.</param>
    /// <param name="vars">A <see cref="CheckpointedSegment"/>, the <see cref="RunResults"/>, inputs and trainables.</param>
    public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var results = (RunResults)vars[1];
        ctx.save_data(Segment, vars[0]);
        ctx.save_for_backward([.. vars.Skip(2).Select(input => (Tensor)input), .. results.ToSave]);
        ctx.set_materialize_grads(false);
        return results.Outputs;
    }

    public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
    {
        if (is_grad_enabled())
            throw new ActivationCheckpointException("a second derivative (create_graph) was asked for, and a layer that is computed again has none; switch checkpointing off for it");
        var segment = (CheckpointedSegment)ctx.get_data(Segment);
        return [null!, null!, .. segment.Gradients(ctx.get_saved_variables(), grad_outputs).Select(gradient => gradient!)];
    }
}

/// <summary>A recorded run's results, and what to save beside its inputs.</summary>
internal sealed record RunResults(List<Tensor> Outputs, IReadOnlyList<Tensor> ToSave);
