using Peft.Data;

namespace Peft.Training;

/// <summary>A task on a user's files that <see cref="DataChecker"/> checks without a model.</summary>
internal interface ICheckedTask
{
    /// <summary>The files.</summary>
    OwnPaths Files { get; }

    /// <summary>Reads a file; rows that cannot be used are skipped and described.</summary>
    CheckedRows Read(string file);

    /// <summary>Reads all files as training does.</summary>
    /// <returns>What training would report about the data.</returns>
    /// <exception cref="TaskException">Training would fail.</exception>
    /// <exception cref="TrainingOptionsException">Training would fail.</exception>
    IReadOnlyList<string> Load();

    /// <summary>What is counted of each label; by default rows.</summary>
    string LabelUnit => "rows";

    /// <summary>Whether a text can be too long for a backbone; by default it can.</summary>
    bool HasLongTexts => true;

    /// <summary>The number of tokens of a row's input.</summary>
    int CountTokens(TableExample row);

    /// <summary>The rows as written by the prompt. The default is null, for tasks without a prompt.</summary>
    PromptCheck? CheckPrompt(IReadOnlyList<TableExample> rows) => null;
}
