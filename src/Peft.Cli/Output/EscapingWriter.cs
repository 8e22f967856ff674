using System.Text;
using Peft.Data;

namespace Peft.Cli.Output;

/// <summary>Writes what a terminal shows, with control characters escaped.</summary>
/// <param name="inner">The writer.</param>
internal sealed class EscapingWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(ControlCharacters.Escape(value.ToString()));

    public override void Write(string? value) => inner.Write(value is null ? null : ControlCharacters.Escape(value));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : ControlCharacters.Escape(value));

    public override void Flush() => inner.Flush();
}
