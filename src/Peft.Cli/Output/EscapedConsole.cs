namespace Peft.Cli.Output;

/// <summary>Standard output and standard error with control characters escaped, until it is disposed.</summary>
internal sealed class EscapedConsole : IDisposable
{
    private static TextWriter? s_error;
    private readonly TextWriter _output = Console.Out;
    private readonly TextWriter _error = Console.Error;

    public EscapedConsole()
    {
        s_error = _error;
        Console.SetOut(new EscapingWriter(_output));
        Console.SetError(new EscapingWriter(_error));
    }

    /// <summary>Runs work that writes control characters of its own to standard error, and escapes the texts that it shows.</summary>
    public static T Draw<T>(Func<T> work)
    {
        var escaped = Console.Error;
        Console.SetError(s_error ?? escaped);
        try
        {
            return work();
        }
        finally
        {
            Console.SetError(escaped);
        }
    }

    public void Dispose()
    {
        Console.SetOut(_output);
        Console.SetError(_error);
    }
}
