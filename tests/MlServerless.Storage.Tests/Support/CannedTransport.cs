using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MlServerless.Storage.Tests.Support;

/// <summary>Answers as the documentation says that Azure does where the emulator does not: empty pages, bearer tokens.</summary>
internal sealed class CannedTransport(params Response[] answers) : HttpPipelineTransport
{
    private int next;

    public List<(RequestMethod Method, Uri Uri, string? Authorization)> Requests { get; } = [];

    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException("Everything here is asynchronous.");

    public override ValueTask ProcessAsync(HttpMessage message)
    {
        message.Request.Headers.TryGetValue("Authorization", out string? authorization);
        Requests.Add((message.Request.Method, message.Request.Uri.ToUri(), authorization));
        message.Response = answers[next++];
        return ValueTask.CompletedTask;
    }
}
