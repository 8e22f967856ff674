using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Peft.Cli.Commands;
using Peft.Cli.Output;

namespace Peft.Cli;

/// <summary>The command line: parses, runs, turns failures into one clear line and an exit code.</summary>
internal static class PeftCommand
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int Interrupted = 130;

    /// <summary>The command with its subcommands.</summary>
    public static Command Create()
    {
        var root = new Command(
            "peft",
            "Parameter-efficient fine-tuning: LoRA, adapters and AdaMix mixtures of them.\n\n"
            + "Examples:\n"
            + "  peft demo\n"
            + "  peft train --method lora --set lora.rank=8\n"
            + "  peft compare --task sst2 --data glue/SST-2 --methods \"head-only,lora,adamix(houlsby)\" --seeds 1,2,3\n"
            + "  peft generate --backbone gpt2 --prompt \"Once upon a time\"\n"
            + "  peft embed --text \"a fine film\" --json\n"
            + "  peft score --hyp generated.txt --ref references.txt\n"
            + "  peft verify folder");
        root.Options.Add(new HelpOption { Action = new HelpText() });
        root.Options.Add(new VersionOption());
        root.Options.Add(CommonOptions.Plugins());
        root.Subcommands.Add(TrainCommand.Create());
        root.Subcommands.Add(CompareCommand.Create());
        root.Subcommands.Add(SweepCommand.Create());
        root.Subcommands.Add(PaperCommand.Create());
        root.Subcommands.Add(EvalCommand.Create());
        root.Subcommands.Add(PredictCommand.Create());
        root.Subcommands.Add(EmbedCommand.Create());
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(GenerateCommand.Create());
        root.Subcommands.Add(ScoreCommand.Create());
        root.Subcommands.Add(GlueCommand.Create());
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(MethodsCommand.Create());
        root.Subcommands.Add(PresetsCommand.Create());
        root.Subcommands.Add(PlanCommand.Create());
        root.Subcommands.Add(InspectCommand.Create());
        root.Subcommands.Add(MergeCommand.Create());
        root.Subcommands.Add(DiffCommand.Create());
        root.Subcommands.Add(ConvertCommand.Create());
        root.Subcommands.Add(DataCommand.Create());
        root.Subcommands.Add(DownloadCommand.CreateDownload());
        root.Subcommands.Add(DownloadCommand.CreatePull());
        root.Subcommands.Add(VerifyCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        RefuseEmpty(root);
        return root;
    }

    /// <summary>An empty name or path, often an unset variable of a script, is wrong usage everywhere but for texts.</summary>
    private static void RefuseEmpty(Command command)
    {
        foreach (var argument in command.Arguments)
            argument.Validators.Add(result => Check(result, argument.Name));
        foreach (var option in command.Options.Where(option => option.Name is not ("--text" or "--pair" or "--prompt")))
            option.Validators.Add(result => Check(result, option.Name));
        foreach (var subcommand in command.Subcommands)
            RefuseEmpty(subcommand);

        static void Check(SymbolResult result, string name)
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
                result.AddError($"{name}: the value is empty; expected a value");
        }
    }

    public static async Task<int> Run(string[] args)
    {
        using var console = new EscapedConsole();
        var parsed = Create().Parse(TopOption.Complete(args));
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpText)
        {
            foreach (var error in parsed.Errors)
                Console.Error.WriteLine($"peft: {error.Message}");
            Console.Error.WriteLine("peft: `peft --help` and `peft COMMAND --help` show what can be given.");
            return Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            StopSignals.Begin());
    }

    /// <summary>
    /// Wraps a command's body: libtorch is loaded first, and failures become one line on standard error and an exit code.
    /// </summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Guard(
        Func<ParseResult, CancellationToken, int> body, Stopping stopping = Stopping.AtOnce) => GuardWithoutTorch(
        (parsed, cancellation) =>
        {
            TorchPackage.Provide();
            LibTorch.Load();
            if (LibTorch.Loaded?.Warning is { } warning)
                Console.Error.WriteLine($"peft: {warning}.");
            return body(parsed, cancellation);
        },
        stopping);

    /// <summary>As <see cref="Guard"/>, for a command that uses no tensors of libtorch.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> GuardWithoutTorch(
        Func<ParseResult, CancellationToken, int> body, Stopping stopping = Stopping.AtOnce) => (parsed, cancellation) => Task.Run(
        () =>
        {
            StopSignals.Stopping = stopping;
            try
            {
                return body(parsed, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                var when = stopping == Stopping.AfterStep ? "before the first step" : "before the end";
                Console.Error.WriteLine($"peft: stopped by {StopSignals.Name} {when}; nothing was written.");
                return Interrupted;
            }
            catch (Exception problem) when (Environment.GetEnvironmentVariable("PEFT_DEBUG") is null)
            {
                return FailureReport.Print(problem);
            }
        },
        CancellationToken.None);
}
