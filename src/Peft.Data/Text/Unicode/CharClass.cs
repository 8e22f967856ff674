namespace Peft.Data.Unicode;

/// <summary>The class of a code point in BERT's splitting rules. The values are those of <c>make_tables.py</c>.</summary>
internal enum CharClass : byte
{
    /// <summary>Part of a word.</summary>
    Other = 0,

    /// <summary>Removed: any category C (controls, formats, unassigned, surrogates) except tab and line ends, and U+FFFD.</summary>
    Removed = 1,

    /// <summary>Blank, tab, line ends and category Zs.</summary>
    Space = 2,

    /// <summary>Separates words but is not a blank: U+2028 and U+2029.</summary>
    Separator = 3,

    /// <summary>A token of its own: category P and all ASCII symbols.</summary>
    Punctuation = 4,

    /// <summary>A CJK ideograph of the blocks that BERT separates.</summary>
    Ideograph = 5,

    /// <summary>Category Mn: an accent once decomposed.</summary>
    Mark = 6,
}
