namespace Peft.Data;

/// <summary>A sentence whose words have tags, as entities or parts of speech are annotated.</summary>
/// <param name="Words">The words, none of them empty.</param>
/// <param name="Tags">A tag for each word.</param>
public sealed record TaggedSentence(IReadOnlyList<string> Words, IReadOnlyList<string> Tags);

/// <summary>The sentences of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Sentences">In the order of the file.</param>
/// <param name="Skipped">The malformed rows that were skipped; null for none.</param>
public sealed record TaggedFile(string File, IReadOnlyList<TaggedSentence> Sentences, SkippedRows? Skipped = null);
