using static TorchSharp.torch;

namespace Peft;

/// <summary>A backbone's input whose rows can be selected, so that different adapters can run on them.</summary>
/// <typeparam name="TSelf">The input's class.</typeparam>
public interface IRowBatch<TSelf>
    where TSelf : IRowBatch<TSelf>
{
    /// <summary>The number of rows in the batch.</summary>
    long RowCount { get; }

    /// <summary>Selects rows.</summary>
    /// <param name="rows">The rows' indices, int64 [n], on the CPU.</param>
    /// <returns>A batch of n rows, in that order.</returns>
    TSelf TakeRows(Tensor rows);
}
