using Azure.Core;
using Azure.Core.Pipeline;
using MlServerless.Storage.Tables;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Tables;

/// <summary>What Azure does and the emulator does not, from the documentation of the protocol.</summary>
public class TableProtocolTests
{
    private static readonly Uri Endpoint = new("https://account.table.core.windows.net");

    [Fact]
    public async Task QueryAsync_EmptyPagesAndHalfContinuations_ReadsOn()
    {
        var transport = new CannedTransport(
            Page("", ("x-ms-continuation-NextPartitionKey", "1!8!cA--"), ("x-ms-continuation-NextRowKey", "1!4!cg==")),
            Page("""{"odata.etag":"W/\"e1\"","PartitionKey":"p","RowKey":"a"}""", ("x-ms-continuation-NextPartitionKey", "1!8!cQ--")),
            Page("""{"odata.etag":"W/\"e2\"","PartitionKey":"q","RowKey":"b"}"""));

        List<TableEntity> rows = await Client(transport).QueryAsync<TableEntity>("A eq 1").ToListAsync();

        Assert.Equal(["p/a", "q/b"], rows.Select(row => $"{row.PartitionKey}/{row.RowKey}"));
        Assert.Equal(
            ["?$filter=A%20eq%201", "?$filter=A%20eq%201&NextPartitionKey=1%218%21cA--&NextRowKey=1%214%21cg%3D%3D", "?$filter=A%20eq%201&NextPartitionKey=1%218%21cQ--"],
            transport.Requests.Select(request => request.Uri.Query.Replace("%24", "$")));
    }

    [Fact]
    public async Task Requests_WithTokenCredential_CarryATokenForStorage()
    {
        var transport = new CannedTransport(Page(""));
        var credential = new RecordingCredential();

        await Client(transport, credential).QueryAsync<TableEntity>().ToListAsync();

        Assert.Equal("Bearer the-token", Assert.Single(transport.Requests).Authorization);
        Assert.Equal(["https://storage.azure.com/.default"], credential.Scopes);
    }

    [Fact]
    public void TableBatchResponse_AzuresAnswer_GivesEveryPart()
    {
        string body = string.Join("\r\n",
            "--batchresponse_1", "Content-Type: multipart/mixed; boundary=changesetresponse_2", "",
            "--changesetresponse_2", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
            "HTTP/1.1 204 No Content", "X-Content-Type-Options: nosniff", "DataServiceVersion: 3.0;", "ETag: W/\"datetime'2026-11-20T00%3A00%3A00.1234567Z'\"", "", "",
            "--changesetresponse_2", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
            "HTTP/1.1 201 Created", "ETag: W/\"b\"", "", "",
            "--changesetresponse_2--", "--batchresponse_1--", "");

        IReadOnlyList<Azure.Response> parts = TableBatchResponse.Read(new TableBatchPart(202, "Accepted", [], body));

        Assert.Equal([204, 201], parts.Select(part => part.Status));
        Assert.Equal(["W/\"datetime'2026-11-20T00%3A00%3A00.1234567Z'\"", "W/\"b\""], parts.Select(part => part.Headers.ETag.ToString()!));
    }

    [Fact]
    public async Task SubmitTransactionAsync_AzuresRefusal_NamesIndexAndCode()
    {
        string body = string.Join("\r\n",
            "--batchresponse_1", "Content-Type: multipart/mixed; boundary=changesetresponse_2", "",
            "--changesetresponse_2", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
            "HTTP/1.1 409 Conflict", "Content-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8", "",
            """{"odata.error":{"code":"EntityAlreadyExists","message":{"lang":"en-US","value":"1:The specified entity already exists.\nRequestId:6f0b\nTime:2026-11-20T00:00:00Z"}}}""",
            "--changesetresponse_2--", "--batchresponse_1--", "");
        var transport = new CannedTransport(new TableBatchPart(202, "Accepted", [], body));

        TableTransactionFailedException e = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Client(transport).SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "a")),
            new(TableTransactionActionType.Add, new TableEntity("p", "b")),
        ]));

        Assert.Equal((409, "EntityAlreadyExists", 1), (e.Status, e.ErrorCode, e.FailedTransactionActionIndex));
        Assert.Equal("https://account.table.core.windows.net/$batch", transport.Requests[0].Uri.AbsoluteUri);
    }

    [Fact]
    public async Task Failure_PageOfAProxy_KeepsTheStatus()
    {
        var transport = new CannedTransport(new TableBatchPart(403, "Forbidden", [], "<html>no</html>"));

        Azure.RequestFailedException e = await Assert.ThrowsAsync<Azure.RequestFailedException>(() => Client(transport).AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(403, e.Status);
    }

    private static TableClient Client(HttpPipelineTransport transport, TokenCredential? credential = null) =>
        new TableServiceClient(Endpoint, credential ?? new RecordingCredential(), new TableClientOptions { Transport = transport }).GetTableClient("rows");

    private static TableBatchPart Page(string entities, params (string Name, string Value)[] headers) =>
        new(200, "OK", headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase), $$"""{"value":[{{entities}}]}""");

    private sealed class RecordingCredential : TokenCredential
    {
        public string[] Scopes { get; private set; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes = requestContext.Scopes;
            return new AccessToken("the-token", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
