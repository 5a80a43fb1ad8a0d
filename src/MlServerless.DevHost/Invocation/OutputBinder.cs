using System.Globalization;
using System.Text.Json;
using MlServerless.DevHost.Durable;
using MlServerless.DevHost.Keys;
using MlServerless.DevHost.Queues;

namespace MlServerless.DevHost.Invocation;

/// <summary>Writes what a function gave to its output bindings.</summary>
internal sealed class OutputBinder
{
    private readonly AppDefinition _app;
    private readonly QueueStorage _queues;
    private readonly DurableClient _durable;
    private readonly KeyStore _keys;

    public OutputBinder(AppDefinition app, QueueStorage queues, DurableClient durable, KeyStore keys)
    {
        _app = app;
        _queues = queues;
        _durable = durable;
        _keys = keys;
    }

    /// <exception cref="InvocationException">An output could not be written; the invocation has failed then.</exception>
    public async Task BindAsync(FunctionDefinition function, InvocationResult result, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var output in function.Outputs)
            {
                var value = output.Name == "$return" ? result.ReturnValue : result.Outputs.GetValueOrDefault(output.Name);
                if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
                    continue;
                if (output.Is("queue"))
                    await _queues.SendAsync(function.QueueOutputs[output.Name], OutputValues.Messages(value, output.Binary), cancellationToken);
                else if (output.Is("durableClient"))
                    await StartAsync(value, output.Binary);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or OrchestrationAlreadyExistsException or Azure.RequestFailedException)
        {
            throw InvocationException.Failed(function.Name, e);
        }
    }

    /// <summary>The JSON text that a durableClient input binding gets.</summary>
    public string ClientInput(HttpRequest request)
    {
        // The extension writes https whatever the host's own scheme is.
        var origin = string.Create(CultureInfo.InvariantCulture, $"{request.Host.Value}");
        return "{\"taskHubName\":" + NewtonsoftJson.Quote(_app.Host.Durable.HubName)
            + ",\"connectionName\":null,\"creationUrls\":null,\"managementUrls\":null,\"baseUrl\":null"
            + ",\"requiredQueryStringParameters\":" + NewtonsoftJson.Quote("code=" + _keys.System)
            + ",\"rpcBaseUrl\":\"http://localhost:4001\""
            + ",\"httpBaseUrl\":" + NewtonsoftJson.Quote($"https://{origin}/runtime/webhooks/durabletask") + "}";
    }

    private async Task StartAsync(JsonElement value, bool binary)
    {
        foreach (var start in OutputValues.Starts(value, binary))
            await _durable.StartAsync(start);
    }
}
