using Azure.Core;
using Azure.Core.Pipeline;

namespace MlServerless.Storage.Tests.Support;

/// <summary>Lets one matching request reach the service and loses the answer, as a broken connection does.</summary>
internal sealed class LostAnswerTransport(Func<Request, bool> match) : HttpPipelineTransport
{
    private readonly HttpPipelineTransport inner = HttpClientTransport.Shared;

    public int Lost { get; private set; }

    public override Request CreateRequest() => inner.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException("Everything here is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        await inner.ProcessAsync(message);
        if (Lost == 0 && match(message.Request))
        {
            Lost++;
            throw new IOException("The connection was closed before the answer came.");
        }
    }
}
