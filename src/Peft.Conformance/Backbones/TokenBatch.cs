using static TorchSharp.torch;

namespace Peft;

/// <summary>Three rows of 9, 6 and 4 tokens.</summary>
/// <param name="Ids">Token ids, int64 [3, 9].</param>
/// <param name="Mask">1 for real tokens, int64 [3, 9].</param>
/// <param name="Starts">The column of each row's first real token.</param>
internal sealed record TokenBatch(Tensor Ids, Tensor Mask, IReadOnlyList<int> Starts)
{
    public const int Columns = 9;

    /// <summary>Real tokens of each row.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [Columns, 6, 4];

    /// <summary>Creates the rows.</summary>
    /// <param name="pad">The padding token.</param>
    /// <param name="starts">The column of each row's first real token; padding surrounds the real tokens.</param>
    public static TokenBatch Create(int pad, params int[] starts)
    {
        var ids = new long[Lengths.Count * Columns];
        var mask = new long[ids.Length];
        for (var row = 0; row < Lengths.Count; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var at = column - starts[row];
                var real = at >= 0 && at < Lengths[row];
                ids[(row * Columns) + column] = real ? 3 + (((row * 11) + (at * 5)) % 30) : pad;
                mask[(row * Columns) + column] = real ? 1 : 0;
            }
        }

        return new TokenBatch(tensor(ids, Lengths.Count, Columns), tensor(mask, Lengths.Count, Columns), starts);
    }
}
