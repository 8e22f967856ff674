using System.CommandLine;

namespace Peft.Cli.Remote;

/// <summary>The options <c>--submit URL</c> and <c>--api-key-file FILE</c> of commands that train several runs.</summary>
internal sealed class SubmitOption
{
    private readonly Option<string?> _address = new("--submit")
    {
        Description = "train the runs as jobs of this server (`peft serve`), and download them; files are named as in its data folder",
        HelpName = "URL",
    };

    private readonly Option<string?> _key = ApiKeyOption.Create("file with the server's key");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_address);
        command.Options.Add(_key);
    }

    /// <summary>Whether the runs go to a server.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_address) is not null;

    /// <summary>Trains runs on the server that the user named.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="runs">The runs, each with an output folder.</param>
    /// <param name="quiet">Whether no line for each run is printed.</param>
    /// <param name="cancellation">Cancels the jobs that have not ended.</param>
    /// <exception cref="RemoteServerException">A job failed, or the server refused it or cannot be reached.</exception>
    public void Train(ParseResult parsed, IReadOnlyList<SubmittedRun> runs, bool quiet, CancellationToken cancellation)
    {
        var address = parsed.GetValue(_address)!;
        using var server = new RemoteServer(address, ApiKeyOption.Read(parsed.GetValue(_key)));
        if (!quiet && runs.Count > 0)
            Console.Error.WriteLine($"peft: {(runs.Count == 1 ? "1 run as a job" : $"{runs.Count} runs as jobs")} of {address}.");
        new RemoteRuns(server, quiet ? _ => { } : Console.Error.WriteLine).TrainAsync(runs, cancellation).GetAwaiter().GetResult();
    }
}
