using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>BERT's initialisation: normal weights, zero biases; norms have weight 1 and bias 0.</summary>
internal static class Initialization
{
    public static void Apply(nn.Module module, double std)
    {
        using var frozen = no_grad();
        foreach (var part in module.modules())
        {
            if (part is Linear linear)
            {
                linear.weight!.normal_(0, std);
                linear.bias?.zero_();
            }
            else if (part is Embedding embedding)
            {
                embedding.weight!.normal_(0, std);
            }
        }
    }
}
