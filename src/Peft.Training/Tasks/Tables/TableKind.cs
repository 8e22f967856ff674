namespace Peft.Training;

/// <summary>The tasks on a user's own table that have a label for each row.</summary>
internal enum TableKind
{
    /// <summary>One of several labels.</summary>
    Classification,

    /// <summary>Several labels, or none.</summary>
    MultiLabel,

    /// <summary>A number.</summary>
    Regression,
}
