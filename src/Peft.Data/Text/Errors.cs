namespace Peft.Data;

/// <summary>Base class of errors about tokenizers and their input.</summary>
public abstract class TextException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A required file of a tokenizer does not exist.</summary>
public sealed class TokenizerFileNotFoundException : TextException
{
    internal TokenizerFileNotFoundException(string message) : base(message) { }
}

/// <summary>A vocabulary is empty, repeats a token or has gaps in its ids.</summary>
public sealed class VocabularyException : TextException
{
    internal VocabularyException(string message) : base(message) { }
}

/// <summary>The vocabulary lacks a special token that the tokenizer must add.</summary>
public sealed class MissingSpecialTokenException : TextException
{
    internal MissingSpecialTokenException(string message) : base(message) { }
}

/// <summary>A line of a file of merges is not two tokens.</summary>
public sealed class MergesException : TextException
{
    internal MergesException(string message) : base(message) { }
}

/// <summary>A merge has a part or a result that is not in the vocabulary.</summary>
public sealed class UnknownMergeException : TextException
{
    internal UnknownMergeException(MergePair merge, string token)
        : base(
            $"{merge.Place}: the merge '{Excerpt.Cut($"{merge.Left} {merge.Right}")}' needs the token '{Excerpt.Cut(token)}', which the "
                + "vocabulary lacks. "
            + "The merges belong to another vocabulary: take both files from the same model.") { }
}

/// <summary>A tokenizer's JSON file cannot be read or uses an unsupported feature.</summary>
public sealed class TokenizerConfigException : TextException
{
    internal TokenizerConfigException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>The length limit is too small for the special tokens alone.</summary>
public sealed class MaxLengthTooSmallException : TextException
{
    internal MaxLengthTooSmallException(int maxLength, int needed)
        : base($"maxLength is {maxLength}, but the special tokens alone take {needed}: give at least {needed}, or null for no limit.") { }
}

/// <summary>An id is outside the vocabulary.</summary>
public sealed class UnknownTokenIdException : TextException
{
    internal UnknownTokenIdException(int id, int size)
        : base($"Token id {id} is not in the vocabulary: ids go from 0 to {size - 1}. Decode with the vocabulary the ids were made "
            + "with.") { }
}

/// <summary>A file of tokenizer cases cannot be read.</summary>
public sealed class TokenizerCasesException : TextException
{
    internal TokenizerCasesException(string message, Exception? inner = null) : base(message, inner) { }
}
