using System.Diagnostics.CodeAnalysis;
using System.Text;
using Azure;
using Azure.Core;

namespace MlServerless.Storage.Tables;

/// <summary>The answer to one change of a transaction.</summary>
internal sealed class TableBatchPart : Response
{
    private readonly Dictionary<string, string> headers;

    public TableBatchPart(int status, string reasonPhrase, Dictionary<string, string> headers, string body)
    {
        Status = status;
        ReasonPhrase = reasonPhrase;
        this.headers = headers;
        ContentStream = new MemoryStream(Encoding.UTF8.GetBytes(body), writable: false);
        ClientRequestId = headers.GetValueOrDefault("x-ms-client-request-id", "");
    }

    public override int Status { get; }

    public override string ReasonPhrase { get; }

    public override Stream? ContentStream { get; set; }

    public override string ClientRequestId { get; set; }

    public override bool IsError => Status >= 400;

    public override void Dispose() => ContentStream?.Dispose();

    protected override bool ContainsHeader(string name) => headers.ContainsKey(name);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => headers.Select(header => new HttpHeader(header.Key, header.Value));

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => headers.TryGetValue(name, out value);

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = headers.TryGetValue(name, out string? value) ? [value] : null;
        return values is not null;
    }
}
