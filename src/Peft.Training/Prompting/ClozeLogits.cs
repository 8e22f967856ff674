using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Scores labels by a masked-word head: the score of a label is the logit of its word at the mask.</summary>
/// <param name="backbone">The encoder.</param>
/// <param name="words">The token of each label's word.</param>
internal sealed class ClozeLogits(IMaskedWordBackbone backbone, long[] words)
{
    /// <summary>The scores of a batch.</summary>
    /// <param name="batch">The batch; its places are the masks.</param>
    /// <returns>[rows, labels].</returns>
    public Tensor Compute(TensorBatch batch)
    {
        var logits = backbone.PredictWords(batch.Ids, batch.Mask, batch.Places!).index_select(1, tensor(words, device: batch.Ids.device));
        return LossPrecision.Widen(logits);
    }
}
