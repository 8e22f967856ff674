using System.Text;

namespace Peft.Cli.Output;

/// <summary>
/// Standard error for progress and messages. A full disk, a closed pipe or a closed terminal must not stop a run: after the first failure,
/// nothing more is written.
/// </summary>
/// <param name="inner">The writer.</param>
internal sealed class ForgivingWriter(TextWriter inner) : TextWriter
{
    private bool _hasFailed;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (_hasFailed)
            return;
        try
        {
            write();
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            _hasFailed = true;
        }
    }
}
