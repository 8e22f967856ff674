namespace Peft.Models;

/// <summary>A batch is longer than the backbone's table of positions.</summary>
/// <param name="length">Tokens of a row, virtual ones included.</param>
/// <param name="limit">Positions there are.</param>
public sealed class SequenceTooLongException(long length, long limit)
    : Exception($"a row of {length} tokens (virtual ones included) is longer than the backbone's {limit} positions; lower --max-length "
        + "or the number of virtual tokens.");
