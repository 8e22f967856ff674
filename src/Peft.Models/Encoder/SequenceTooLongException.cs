namespace Peft.Models;

/// <summary>A batch has more tokens than the backbone has positions.</summary>
/// <param name="length">Tokens of a row, including virtual ones.</param>
/// <param name="limit">The backbone's positions.</param>
public sealed class SequenceTooLongException(long length, long limit)
    : Exception($"a row of {length} tokens (virtual ones included) is longer than the backbone's {limit} positions; lower --max-length "
        + "or the number of virtual tokens.");
