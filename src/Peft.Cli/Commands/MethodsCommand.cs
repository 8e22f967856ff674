using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft methods</c>: what can be named after --method, its options, and where it comes from.</summary>
internal static class MethodsCommand
{
    /// <summary>Longer than a compiler's pauses between the files of a build.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(400);

    public static Command Create()
    {
        var name = new Argument<string?>(
            "method") { Description = "one method, or several as in --method", Arity = ArgumentArity.ZeroOrOne };
        var watch = new Option<bool>("--watch") { Description = "with --plugins: list again whenever a plugin is built anew, until "
            + "Ctrl+C" };
        var json = CommonOptions.Json();
        var command = new Command(
            "methods",
            "List the methods and their options.\n\nExamples:\n  peft methods\n  peft methods lora\n  peft methods "
                + "\"adamix(prefix+lora)\"\n  peft methods --plugins my-plugins --watch")
        {
            name, watch, json,
        };
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            var plugins = CommonOptions.ReadPlugins(parsed);
            if (parsed.GetValue(watch) && plugins.Count == 0)
                throw new UsageException("--watch: expected a folder to watch; give --plugins DIR.");
            using var host = Composition.Host(plugins, cancellation);
            var registry = host.Services.GetRequiredService<MethodRegistry>();
            List(registry, parsed.GetValue(name), parsed.GetValue(json));
            if (!parsed.GetValue(watch))
                return PeftCommand.Success;
            host.Services.GetRequiredService<PluginCatalog>().Watch(
                report =>
                {
                    foreach (var failure in report.Failures)
                        FailureReport.Print(failure.Problem);
                    List(registry, parsed.GetValue(name), parsed.GetValue(json));
                },
                s_rest,
                cancellation);
            return PeftCommand.Interrupted;
        }, Stopping.Soon));
        return command;
    }

    private static void List(MethodRegistry registry, string? name, bool json)
    {
        IReadOnlyCollection<MethodDescriptor> methods = name is null ? registry.Methods : [.. NamesIn(name).Select(registry.Find)];
        if (json)
            JsonOutput.Print(methods.Select(method => MethodListing.Describe(registry, method)));
        else if (name is null)
            MethodListing.Print(registry, methods);
        else
            MethodListing.PrintOne(registry, name, methods, name.Contains(MixtureOptions.Name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The methods that an expression is made of; none of <c>adamix</c> itself.</summary>
    private static IEnumerable<string> NamesIn(string expression) =>
        expression.Split(['(', ')', '+', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Where(name => !name.Equals(MixtureOptions.Name, StringComparison.OrdinalIgnoreCase)).Distinct();
}
