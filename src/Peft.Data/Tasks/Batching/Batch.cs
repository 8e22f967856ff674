namespace Peft.Data;

/// <summary>A batch of examples as model input: flat, row after row, padded to one length.</summary>
internal sealed class Batch
{
    internal Batch(int[] indices, int length, TaskDefinition task)
    {
        Indices = indices;
        Length = length;
        InputIds = new long[Rows * length];
        AttentionMask = new long[Rows * length];
        TypeIds = new long[Rows * length];
        if (task.IsMultiLabel) Targets = new float[Rows * task.OutputCount];
        else if (task.IsRegression) Scores = new float[Rows];
        else Classes = new long[Rows];
    }

    /// <summary>The indices of the rows' examples in the data set.</summary>
    public int[] Indices { get; }

    /// <summary>Number of rows.</summary>
    public int Rows => Indices.Length;

    /// <summary>Tokens per row, including padding.</summary>
    public int Length { get; }

    /// <summary>Token ids, rows x length.</summary>
    public long[] InputIds { get; }

    /// <summary>1 for tokens, 0 for padding, rows x length.</summary>
    public long[] AttentionMask { get; }

    /// <summary>Which text a token belongs to, rows x length; 0 for padding.</summary>
    public long[] TypeIds { get; }

    /// <summary>The class of each row; <see langword="null"/> for regression and several classes.</summary>
    public long[]? Classes { get; }

    /// <summary>1 for each class that a row has, 0 for others, rows x classes; <see langword="null"/> where a row has one class.</summary>
    public float[]? Targets { get; }

    /// <summary>The value of each row; <see langword="null"/> for classification.</summary>
    public float[]? Scores { get; }

    /// <summary>
    /// The token of each row at which the model answers, as an index into rows x length; <see langword="null"/> where it answers for whole
    /// rows.
    /// </summary>
    public long[]? Places { get; init; }
}
