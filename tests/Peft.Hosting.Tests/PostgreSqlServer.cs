using System.Diagnostics;
using System.Globalization;

namespace Peft.Hosting.Tests;

/// <summary>
/// A PostgreSQL server of a test, in a temporary folder, reached over a socket in it. It uses the programs of Debian's package
/// <c>postgresql</c>, and the user <c>postgres</c> if the test runs as root, which the server refuses.
/// </summary>
internal sealed class PostgreSqlServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PostgreSqlServer()
    {
        Run("chmod", "a+rwx", _folder.Path);
        AsServer("initdb", "--pgdata", Data, "--username", "peft", "--auth", "trust", "--no-sync");
        AsServer("pg_ctl", "--pgdata", Data, "--wait", "--log", Path.Combine(_folder.Path, "server.log"), "--options",
            string.Create(CultureInfo.InvariantCulture, $"-c listen_addresses='' -c unix_socket_directories='{_folder.Path}' -c fsync=off"),
            "start");
    }

    /// <summary>The folder of the server's programs; null without PostgreSQL.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    public string ConnectionString => $"Host={_folder.Path};Username=peft;Database=postgres";

    private string Data => Path.Combine(_folder.Path, "data");

    public void Stop() => AsServer("pg_ctl", "--pgdata", Data, "--mode", "immediate", "stop");

    public void Dispose()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            Stop();
        _folder.Dispose();
    }

    private static void AsServer(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(Programs!, program), .. arguments];
        Run(Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", .. command] : command);
    }

    private static void Run(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = "/", RedirectStandardOutput = true };
        using var process = Process.Start(start)!;

        // The server inherits the output and keeps it open, so its end is not waited for.
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        if (!process.WaitForExit(TimeSpan.FromMinutes(1)))
            throw new InvalidOperationException($"{string.Join(' ', command)} does not end");
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}");
    }
}
