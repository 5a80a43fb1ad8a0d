using System.Text.Json;
using MlServerless.Pipelines.Uploads;

namespace MlServerless.Pipelines.Tests.Uploads;

public sealed class UploadEventParserTests
{
    private const string EventGrid = """
        {"topic":"/subscriptions/s","subject":"/blobServices/default/containers/incoming/blobs/churn/2026 01.csv","eventType":"Microsoft.Storage.BlobCreated",
         "eventTime":"2026-11-20T10:00:00Z","id":"1","data":{"api":"PutBlockList","eTag":"\"0x8D4\"","contentType":"text/csv","contentLength":5,"blobType":"BlockBlob",
         "url":"https://acct.blob.core.windows.net/incoming/churn/2026%2001.csv","sequencer":"0001"},"dataVersion":"","metadataVersion":"1"}
        """;

    private const string CloudEvent = """
        {"specversion":"1.0","source":"/subscriptions/s","subject":"/blobServices/default/containers/incoming/blobs/churn/a.csv","type":"Microsoft.Storage.BlobCreated",
         "time":"2026-11-20T10:00:00Z","id":"1","data":{"api":"PutBlob","eTag":"0x8D5","url":"https://acct.blob.core.windows.net/incoming/churn/a.csv"}}
        """;

    [Fact]
    public void Parse_EventGridSchema_GivesTheUpload()
    {
        UploadEvent upload = Assert.Single(UploadEventParser.Parse(EventGrid));
        Assert.Equal(new UploadEvent("churn/2026 01.csv", new Uri("https://acct.blob.core.windows.net/incoming/churn/2026%2001.csv"), "0x8D4", "0001"), upload);
    }

    [Fact]
    public void Parse_ArrayOfBothSchemas_GivesAll() =>
        Assert.Equal(["0x8D4", "0x8D5"], UploadEventParser.Parse($"[{EventGrid},{CloudEvent}]").Select(upload => upload.ETag));

    [Fact]
    public void Parse_WithoutSubject_TakesTheUrl()
    {
        const string message = """{"type":"Microsoft.Storage.BlobCreated","data":{"url":"http://127.0.0.1:10000/devstoreaccount1/incoming/churn/x%20y.csv"}}""";
        Assert.Equal("churn/x y.csv", Assert.Single(UploadEventParser.Parse(message)).Blob);
    }

    [Theory]
    [InlineData("""{"eventType":"Microsoft.Storage.BlobDeleted","data":{"url":"https://a/incoming/x/y"}}""")]
    [InlineData("""{"eventType":"Microsoft.Storage.BlobCreated","subject":"/blobServices/default/containers/other/blobs/x","data":{"url":"https://a/other/x"}}""")]
    [InlineData("""{"eventType":"Microsoft.Storage.BlobCreated"}""")]
    [InlineData("""{"eventType":7,"data":{"url":9}}""")]
    [InlineData("""[1,null,"x"]""")]
    [InlineData("[]")]
    public void Parse_OtherEvents_ArePassedOver(string message) => Assert.Empty(UploadEventParser.Parse(message));

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    public void Parse_NotJson_Throws(string message) => Assert.ThrowsAny<JsonException>(() => UploadEventParser.Parse(message));
}
