using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plain;

/// <summary>What both models share: initial weights, freezing and the optimiser step.</summary>
internal static class Weights
{
    public const double Deviation = 0.02;

    /// <summary>A linear layer with the initial weights of BERT and GPT-2.</summary>
    public static Linear Linear(long from, long to)
    {
        var linear = nn.Linear(from, to);
        init.normal_(linear.weight!, 0, Deviation);
        init.zeros_(linear.bias!);
        return linear;
    }

    public static Embedding Embedding(long rows, long width)
    {
        var embedding = nn.Embedding(rows, width);
        init.normal_(embedding.weight!, 0, Deviation);
        return embedding;
    }

    public static void Freeze(Module module)
    {
        foreach (var parameter in module.parameters())
            parameter.requires_grad = false;
    }

    public static List<Parameter> Trainable(Module module) => [.. module.parameters().Where(parameter => parameter.requires_grad)];

    /// <summary>One optimiser step: backward pass, clipping, AdamW. All temporary tensors are freed at its end.</summary>
    public static void Step(IReadOnlyList<Parameter> trained, AdamW optimizer, Func<Tensor> loss)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        loss().backward();
        nn.utils.clip_grad_norm_(trained.Where(parameter => parameter.grad is not null), 1.0);
        optimizer.step();
    }

    /// <summary>task(z1) + 1/2 [KL(sg z2 || z1) + KL(sg z1 || z2)]: AdaMix's consistency of two passes.</summary>
    public static Tensor WithConsistency(Tensor task, Tensor first, Tensor second)
    {
        var (one, two) = (first.log_softmax(-1), second.log_softmax(-1));
        return task + 0.5 * (Divergence(one, two.detach()) + Divergence(two, one.detach()));
    }

    /// <summary>KL(target || input), both log probabilities, mean over rows.</summary>
    private static Tensor Divergence(Tensor input, Tensor target) => 
        functional.kl_div(input, target, log_target: true, reduction: Reduction.Sum) / input.shape[0];
}
