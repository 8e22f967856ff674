using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Peft.Hosting.Tests;

/// <summary>Keeps the warnings of Peft.</summary>
internal sealed class WarningLog : ILoggerProvider
{
    public ConcurrentQueue<string> Messages { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, Messages);

    public void Dispose()
    {
        // it is read after the host's end
    }

    private sealed class Category(string name, ConcurrentQueue<string> messages) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel == LogLevel.Warning && name.StartsWith("Peft.", StringComparison.Ordinal);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                messages.Enqueue(formatter(state, exception));
        }
    }
}
