using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace MlServerless.DevHost.Invocation;

/// <summary>Posts invocations to the app and reads its answers, as the host's custom handler client does.</summary>
internal sealed class FunctionInvoker : IDisposable
{
    private const int ConnectAttempts = 5;

    // Ctrl-C reaches the app as well as this host: an app that went because all stops has not failed.
    private static readonly TimeSpan TimeToBeStopped = TimeSpan.FromMilliseconds(250);

    private readonly IHandler _handler;
    private readonly HostProfile _profile;
    private readonly TimeSpan? _timeout;
    private readonly ILoggerFactory _logs;
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public FunctionInvoker(IHandler handler, HostProfile profile, TimeSpan? functionTimeout, ILoggerFactory logs)
    {
        _handler = handler;
        _profile = profile;
        _timeout = functionTimeout;
        _logs = logs;
    }

    public string UserAgent => "Azure-Functions-Host/" + _profile.HostVersion;

    /// <summary>Runs a function to its end.</summary>
    /// <exception cref="InvocationException">The function failed, timed out or answered wrongly.</exception>
    /// <exception cref="HandlerUnavailableException">The app does not run and will not be started.</exception>
    public async Task<InvocationResult> InvokeAsync(FunctionDefinition function, InvocationPayload payload, CancellationToken cancellationToken)
    {
        var body = payload.ToBytes();
        using var response = await SendAsync(function, () => Request(function, body), HttpCompletionOption.ResponseContentRead, cancellationToken);
        try
        {
            response.EnsureSuccessStatusCode();
            var result = await ReadAsync(function, response, cancellationToken);
            return result ?? throw await HangAsync(function, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
        {
            throw InvocationException.Failed(function.Name, e);
        }
    }

    /// <summary>
    /// Sends a request for <paramref name="function"/> once the app is ready. When the function exceeds its time the app is killed
    /// and restarted, as the host does.
    /// </summary>
    /// <param name="request">Makes the request; asked again when nothing was listening yet.</param>
    public async Task<HttpResponseMessage> SendAsync(
        FunctionDefinition function, Func<HttpRequestMessage> request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await _handler.WhenReadyAsync(cancellationToken);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (_timeout is { } timeout)
                limit.CancelAfter(timeout);
            try
            {
                using var message = request();
                return await _client.SendAsync(message, completion, limit.Token);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && attempt < ConnectAttempts)
            {
                // The process ended and the supervisor has not seen it yet: nothing was sent.
                await Task.Delay(50 * attempt, cancellationToken);
            }
            catch (HttpRequestException e)
            {
                await Task.Delay(TimeToBeStopped, cancellationToken);
                throw InvocationException.Failed(function.Name, e);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw TimedOut(function);
            }
        }
    }

    /// <summary>Kills the app because <paramref name="function"/> took too long.</summary>
    public InvocationException TimedOut(FunctionDefinition function)
    {
        var error = InvocationException.TimedOut(function.Name, _timeout!.Value);
        _handler.KillAndRestart(error.Message);
        return error;
    }

    /// <summary>Adds the headers by which the app knows the host and the invocation.</summary>
    public void AddHeaders(HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation("X-Azure-Functions-HostVersion", _profile.HostVersion);
        headers.TryAddWithoutValidation("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(FunctionDefinition function, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=utf-8");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_handler.Address, function.Name)) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        AddHeaders(request.Headers);
        return request;
    }

    private async Task<InvocationResult?> ReadAsync(FunctionDefinition function, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        if (mediaType is not ("application/json" or "text/json"))
            throw await InvalidAsync(response, new UnsupportedMediaTypeException(mediaType), cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (bytes.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            return null;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Null)
                return null;
            if (root.ValueKind != JsonValueKind.Object)
                throw new JsonException("the answer of an invocation must be a JSON object.");
            var outputs = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var property in Objects(root, "Outputs"))
                outputs[property.Name] = property.Value.Clone();
            Log(function, root);
            return new(outputs, Property(root, "ReturnValue").Clone());
        }
        catch (JsonException e)
        {
            throw await InvalidAsync(response, e, cancellationToken);
        }
    }

    private void Log(FunctionDefinition function, JsonElement root)
    {
        var logs = Property(root, "Logs");
        if (logs.ValueKind != JsonValueKind.Array)
            return;
        var log = _logs.CreateLogger("Function." + function.Name);
        foreach (var line in logs.EnumerateArray())
            log.LogInformation("{Line}", line.ValueKind == JsonValueKind.String ? line.GetString() : line.GetRawText());
    }

    private static JsonElement Property(JsonElement root, string name)
    {
        foreach (var property in root.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
                return property.Value;
        }

        return JsonDocument.Parse("null").RootElement;
    }

    private static IEnumerable<JsonProperty> Objects(JsonElement root, string name) =>
        Property(root, name) is { ValueKind: JsonValueKind.Object } found ? found.EnumerateObject() : [];

    private static async Task<InvalidOperationException> InvalidAsync(HttpResponseMessage response, Exception cause, CancellationToken cancellationToken)
    {
        var content = await response.Content.ReadAsStringAsync(cancellationToken);
        // Once asked for, the length of a chunked body stands among the headers, as it does in the host's message.
        _ = response.Content.Headers.ContentLength;
        var message = new StringBuilder("Invalid HttpResponseMessage:\n").Append(response);
        if (content.Length > 0)
            message.Append("\n ").Append(content);
        return new InvalidOperationException(message.ToString(), cause);
    }

    /// <summary>An empty answer never ends the call on the real host: it waits for the function timeout.</summary>
    private async Task<Exception> HangAsync(FunctionDefinition function, CancellationToken cancellationToken)
    {
        _logs.CreateLogger("Host").LogError(
            "Function {Function} answered {Status} with an empty body or null. As on Azure the call now hangs until the function timeout; always answer a JSON object.",
            function.Name, (int)HttpStatusCode.OK);
        await Task.Delay(_timeout ?? Timeout.InfiniteTimeSpan, cancellationToken);
        return TimedOut(function);
    }
}
