using Microsoft.Extensions.Logging;

namespace MlServerless.Worker.Logging;

internal sealed class JsonLinesLogger(JsonLinesLoggerProvider provider, string category) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => provider.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            provider.Write(category, logLevel, eventId, formatter(state, exception), state, exception);
        }
    }
}
