using System.Globalization;
using System.Reflection;

namespace Peft.Training;

/// <summary>How long a plugin may take to load, and who receives the notice that it takes long.</summary>
internal sealed record PluginPatience
{
    /// <summary>After this time, a notice names the plugin.</summary>
    public TimeSpan Notice { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>After this time, the plugin is left out.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Receives the notice; null for none.</summary>
    public Action<string>? Told { get; init; }

    /// <summary>Ends the wait.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>
/// Loads a plugin on a separate thread. Loading runs the plugin's static constructors and property getters, which are untrusted code: they
/// may throw any exception, never return, or end the program.
/// </summary>
internal static class PluginCode
{
    /// <summary>Loads a plugin.</summary>
    /// <param name="file">The plugin's file.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="load">Loads it.</param>
    /// <exception cref="PluginTimeoutException">It took longer. Its thread continues in the background and does not keep the process
    /// alive.</exception>
    /// <exception cref="PluginCodeException">Its code threw.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static LoadedPlugin Run(string file, PluginPatience patience, Func<LoadedPlugin> load)
    {
        var done = new TaskCompletionSource<LoadedPlugin>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(load());
            }
            catch (Exception problem)
            {
                done.SetException(CheckedPluginLoader.IsFailure(problem) ? problem : new PluginCodeException(file, Cause(problem)));
            }
        })
        { IsBackground = true, Name = $"loads {file}" };

        using var end = new EndDuringLoad(file);
        try
        {
            thread.Start();
            return Wait(file, patience, done.Task);
        }
        catch
        {
            done.Task.ContinueWith(late => late.Result.Unload(), TaskContinuationOptions.OnlyOnRanToCompletion);
            throw;
        }
    }

    private static LoadedPlugin Wait(string file, PluginPatience patience, Task<LoadedPlugin> loading)
    {
        if (!IsDone(loading, patience.Notice, patience.Cancellation))
        {
            patience.Told?.Invoke(string.Create(
                CultureInfo.InvariantCulture, $"loading the plugin {file} takes long; after {patience.Limit.TotalSeconds:0.#} s it is left "
                    + $"out"));
            if (!IsDone(loading, patience.Limit - patience.Notice, patience.Cancellation))
                throw new PluginTimeoutException(file, patience.Limit);
        }

        return loading.GetAwaiter().GetResult();
    }

    private static bool IsDone(Task task, TimeSpan time, CancellationToken cancellation) =>
        Task.WhenAny(task).Wait((int)time.TotalMilliseconds, cancellation);

    /// <summary>The original exception. The runtime wraps exceptions of static members, constructors and attributes.</summary>
    private static Exception Cause(Exception problem)
    {
        while (problem is TargetInvocationException or TypeInitializationException && problem.InnerException is { } inner)
            problem = inner;
        return problem;
    }
}
