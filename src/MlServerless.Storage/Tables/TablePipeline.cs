using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MlServerless.Storage.Tables;

/// <summary>Requests to one account's Table service, with the retries, authentication and diagnostics of Azure.Core.</summary>
internal sealed class TablePipeline
{
    public const string JsonType = "application/json";
    public const string MinimalMetadata = "application/json;odata=minimalmetadata";

    private const string Scope = "https://storage.azure.com/.default";

    private readonly HttpPipeline pipeline;

    public TablePipeline(Uri endpoint, TokenCredential credential, TableClientOptions options)
        : this(endpoint, new BearerTokenAuthenticationPolicy(credential, Scope), options)
    {
    }

    public TablePipeline(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions options)
        : this(endpoint, new TableSharedKeyPolicy(credential, options.TimeProvider), options)
    {
    }

    private TablePipeline(Uri endpoint, HttpPipelinePolicy authentication, TableClientOptions options)
    {
        Endpoint = new Uri(endpoint.AbsoluteUri.TrimEnd('/'));
        pipeline = HttpPipelineBuilder.Build(new HttpPipelineOptions(options)
        {
            PerRetryPolicies = { authentication },
            RequestFailedDetailsParser = TableErrorParser.Instance,
        });
    }

    /// <summary>Without a slash at the end.</summary>
    public Uri Endpoint { get; }

    /// <param name="path">Below the endpoint, escaped.</param>
    public HttpMessage CreateMessage(RequestMethod method, string path, string accept)
    {
        HttpMessage message = pipeline.CreateMessage();
        Request request = message.Request;
        request.Method = method;
        request.Uri.Reset(Endpoint);
        request.Uri.AppendPath("/" + path, escape: false);
        request.Headers.SetValue("x-ms-version", TableClientOptions.ServiceVersion);
        request.Headers.SetValue("DataServiceVersion", "3.0");
        request.Headers.SetValue(HttpHeader.Names.Accept, accept);
        return message;
    }

    public static void SetBody(Request request, ReadOnlyMemory<byte> body, string contentType)
    {
        request.Headers.SetValue(HttpHeader.Names.ContentType, contentType);
        request.Content = RequestContent.Create(body);
    }

    /// <exception cref="RequestFailedException">The service answered with an error, or not at all.</exception>
    public async Task<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken)
    {
        await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return message.Response.IsError ? throw Failure(message.Response) : message.Response;
    }

    public static async Task<JsonDocument> ReadJsonAsync(Response response, CancellationToken cancellationToken) =>
        await JsonDocument.ParseAsync(response.ContentStream!, cancellationToken: cancellationToken).ConfigureAwait(false);

    public static RequestFailedException Failure(Response response) => new(response, null, TableErrorParser.Instance);
}
