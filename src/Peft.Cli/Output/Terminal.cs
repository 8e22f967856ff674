using System.Globalization;

namespace Peft.Cli.Output;

/// <summary>The width of output. The environment variable COLUMNS sets a width also where output is not a terminal.</summary>
internal static class Terminal
{
    /// <summary>The width of help that is not written to a terminal.</summary>
    public const int PlainWidth = 100;

    private const string Variable = "COLUMNS";
    private const int Narrowest = 40;

    /// <summary>The width of standard output; null if it is not a terminal and no width is set.</summary>
    public static int? OutputWidth => Width(Console.IsOutputRedirected);

    /// <summary>The width of standard error; null if it is not a terminal and no width is set.</summary>
    public static int? ErrorWidth => Width(Console.IsErrorRedirected);

    private static int? Width(bool isRedirected)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            && given > 0)
            return Math.Max(Narrowest, given);
        return isRedirected ? null : Math.Max(Narrowest, WindowWidth);
    }

    /// <summary>Some terminals have no size.</summary>
    private static int WindowWidth
    {
        get
        {
            try
            {
                return Console.WindowWidth > 0 ? Console.WindowWidth : PlainWidth;
            }
            catch (IOException)
            {
                return PlainWidth;
            }
        }
    }
}
