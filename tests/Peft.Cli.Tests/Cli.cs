[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // the console is the process's

namespace Peft.Cli.Tests;

/// <summary>Runs the command in this process, with <see cref="SmallDefaults"/>, and keeps what it printed.</summary>
internal sealed record Cli(int ExitCode, string Output, string Error)
{
    public static Cli Run(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var newOutput = new StringWriter();
        using var newError = new StringWriter();
        try
        {
            Console.SetOut(newOutput);
            Console.SetError(newError);
            var code = PeftCommand.Run(SmallDefaults.Apply(arguments)).GetAwaiter().GetResult();
            return new Cli(code, newOutput.ToString(), newError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
