using System.Buffers;
using Microsoft.Extensions.Logging;

namespace MlServerless.Worker.Logging;

/// <summary>
/// Logs to stdout, one JSON object a line. The Functions host takes stdout as information and stderr as errors, whatever is in the
/// line, so nothing goes to stderr. Written at once: a killed process must not take its last lines along.
/// </summary>
internal sealed class JsonLinesLoggerProvider(Stream output, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    private const int KeptBufferBytes = 64 * 1024;

    private readonly Lock gate = new();
    private ArrayBufferWriter<byte> buffer = new(1024);
    private IExternalScopeProvider? scopes;

    public ILogger CreateLogger(string categoryName) => new JsonLinesLogger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    internal IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => scopes?.Push(state);

    internal void Write<TState>(string category, LogLevel level, EventId eventId, string message, TState state, Exception? exception)
    {
        lock (gate)
        {
            try
            {
                JsonLine.Write(buffer, time.GetUtcNow(), level, category, eventId, message, state, exception, scopes);
                output.Write(buffer.WrittenSpan);
                output.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Nobody reads stdout any more; a call must not fail for that.
            }
            finally
            {
                if (buffer.Capacity > KeptBufferBytes)
                {
                    buffer = new ArrayBufferWriter<byte>(1024);
                }

                buffer.ResetWrittenCount();
            }
        }
    }
}
