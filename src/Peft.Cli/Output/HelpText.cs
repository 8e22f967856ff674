using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Peft.Cli.Output;

/// <summary>The help of a command, fitted into the width of the terminal without breaking a word.</summary>
internal sealed class HelpText : SynchronousCommandLineAction
{
    private const int Indent = 2;
    private const int WidestName = 28;

    private const string Default = "[default: ", Joined = "[default:\u00a0"; // the word stays beside its value

    /// <summary>The heading that splits a command's description: the examples follow.</summary>
    private static readonly string[] s_examples = ["\n\nExamples:\n", "\n\nExample:\n"];

    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command, Console.Out, Terminal.OutputWidth ?? Terminal.PlainWidth);
        return PeftCommand.Success;
    }

    /// <summary>Writes a command's help.</summary>
    public static void Write(Command command, TextWriter writer, int width)
    {
        var description = command.Description ?? "";
        var heading = s_examples.FirstOrDefault(one => description.Contains(one, StringComparison.Ordinal));
        var cut = heading is null ? description.Length : description.IndexOf(heading, StringComparison.Ordinal);
        foreach (var line in Words.Wrap(description[..cut], width))
            writer.WriteLine(line);
        writer.WriteLine("\nUsage:");
        foreach (var line in Words.Wrap(new string(' ', Indent) + Usage(command), width, 2 * Indent))
            writer.WriteLine(line);
        if (heading is not null)
            WriteExamples(writer, heading.Trim(), description[(cut + heading.Length)..], width);
        WriteRows(writer, "Commands:", [.. command.Subcommands.Select(one => (one.Name, Summary(one)))], width);
        WriteRows(writer, "Arguments:", [.. command.Arguments.Select(one => ($"<{one.Name}>", one.Description ?? ""))], width);
        var options = command.Options.Concat(Inherited(command)).Where(one => !one.Hidden);
        WriteRows(writer, "Options:", [.. options.Select(one => (Name(one), Text(one)))], width);
    }

    private static void WriteExamples(TextWriter writer, string heading, string examples, int width)
    {
        writer.WriteLine($"\n{heading}");
        foreach (var example in examples.TrimEnd().Split('\n'))
        {
            var deeper = new string(' ', Math.Max(0, example.Length - example.TrimStart().Length - Indent)); // of a file's lines
            foreach (var line in example.StartsWith(' ') ? Words.WrapCommand(example.Trim(), width) : Words.Wrap(example, width))
                writer.WriteLine(deeper + line);
        }
    }

    private static void WriteRows(TextWriter writer, string heading, IReadOnlyList<(string Name, string Text)> rows, int width)
    {
        if (rows.Count == 0)
            return;
        writer.WriteLine($"\n{heading}");
        var names = Math.Min(Math.Min(WidestName, width / 3), rows.Max(row => row.Name.Length));
        var start = Indent + names + Indent;
        foreach (var (name, text) in rows)
        {
            var lines = Words.Wrap(text.Replace(Default, Joined, StringComparison.Ordinal), width - start)
                .Select(line => line.Replace(Joined, Default, StringComparison.Ordinal)).ToList();
            var isLong = name.Length > names;
            writer.WriteLine($"{new string(' ', Indent)}{(isLong ? name : name.PadRight(names) + new string(' ', Indent) + lines[0])}"
                .TrimEnd());
            foreach (var line in lines.Skip(isLong ? 0 : 1))
                writer.WriteLine((new string(' ', start) + line).TrimEnd());
        }
    }

    private static string Usage(Command command)
    {
        var parents = command.Parents.OfType<Command>().Select(parent => parent.Name);
        IEnumerable<string> parts =
        [
            .. parents, command.Name,
            .. command.Arguments.Select(one => one.Arity.MinimumNumberOfValues > 0 ? $"<{one.Name}>" : $"[<{one.Name}>]"),
            .. command.Subcommands.Count > 0 ? (string[])["[command]"] : [], "[options]",
        ];
        return string.Join(' ', parts);
    }

    /// <summary>The first sentence of a command's description.</summary>
    private static string Summary(Command command)
    {
        var text = (command.Description ?? "").Split('\n')[0];
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }

    private static IEnumerable<Option> Inherited(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive));

    private static string Name(Option option)
    {
        var names = string.Join(", ", option.Aliases.Where(alias => alias.StartsWith('-')).Order(StringComparer.Ordinal)
            .Concat([option.Name]).Distinct());
        if (option.ValueType == typeof(bool) || option is HelpOption or VersionOption)
            return names;
        return $"{names} <{option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant()}>";
    }

    private static string Text(Option option)
    {
        var text = option.Description ?? "";
        if (option.Required)
            return $"{text} (required)";
        var isValue = option.HasDefaultValue && option.ValueType != typeof(bool) && !text.Contains("[default:", StringComparison.Ordinal);
        return isValue && option.GetDefaultValue() is { } value and not Array
            ? FormattableString.Invariant($"{text} [default: {value}]") : text;
    }
}
