using Peft.Data;

namespace Peft.Cli.Output;

/// <summary>A file that a command writes: it appears complete or not at all, also if a signal ends the process.</summary>
internal static class OutputFile
{
    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="TensorWriteException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            AtomicFile.Write(path, write, temporary => StopSignals.Unfinished = temporary);
        }
        finally
        {
            StopSignals.Unfinished = null;
        }
    }
}
