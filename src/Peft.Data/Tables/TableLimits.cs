namespace Peft.Data;

/// <summary>Sizes above which a file is most likely no table.</summary>
internal static class TableLimits
{
    /// <summary>The largest cell in bytes: about 150,000 words.</summary>
    public const int Cell = 1 << 20;

    /// <summary>The largest row in bytes.</summary>
    public const int Record = TextLines.MaxLine;

    /// <summary>The most columns.</summary>
    public const int Columns = 10_000;
}
