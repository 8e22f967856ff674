namespace Peft.Cli.Tests;

/// <summary>Gives tests that name no backbone or task the small built-in ones, which train in seconds.</summary>
internal static class SmallDefaults
{
    private static readonly string[] s_withTask = ["--task", "--data", "--train", "--config", "--preset"];

    /// <summary>The arguments with <c>--backbone builtin</c> and <c>--task builtin</c>, unless they or a file name others.</summary>
    /// <param name="arguments">The arguments of the command <c>peft</c>.</param>
    public static string[] Apply(params string[] arguments)
    {
        if (arguments is not ["train" or "compare" or "plan" or "embed", ..] || Has("--help") || Has("--write-config"))
            return arguments;
        string[] backbone = Has("--backbone") || Has("--config") ? [] : ["--backbone", "builtin"];
        string[] task = arguments[0] is "plan" or "embed" || s_withTask.Any(Has) ? [] : ["--task", "builtin"];
        return [arguments[0], .. backbone, .. task, .. arguments[1..]];

        bool Has(string option) => arguments.Any(given => given == option || given.StartsWith(option + "=", StringComparison.Ordinal));
    }
}
