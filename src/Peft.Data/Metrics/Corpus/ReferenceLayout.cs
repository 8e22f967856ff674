namespace Peft.Data;

/// <summary>The layout of a reference file.</summary>
public enum ReferenceLayout
{
    /// <summary>
    /// Detects the layout. Several files, or one without an empty line inside: <see cref="Lines"/>. One with empty lines:
    /// <see cref="Records"/>.
    /// </summary>
    Auto,

    /// <summary>
    /// One reference per line, for the hypothesis on the same line. An empty line means that the file has no reference for it.
    /// </summary>
    Lines,

    /// <summary>The layout of e2e-metrics: a hypothesis' references on consecutive lines, with an empty line between hypotheses.</summary>
    Records,
}
