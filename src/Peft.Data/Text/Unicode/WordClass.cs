namespace Peft.Data.Unicode;

/// <summary>The class of a code point in GPT-2's splitting pattern. The values are those of <c>make_byte_pair_classes.py</c>.</summary>
internal enum WordClass : byte
{
    /// <summary>None of the others, including an unpaired surrogate.</summary>
    Other = 0,

    /// <summary><c>\p{L}</c>.</summary>
    Letter = 1,

    /// <summary><c>\p{N}</c>.</summary>
    Number = 2,

    /// <summary><c>\s</c>. All of them are in the basic plane.</summary>
    Blank = 3,
}
