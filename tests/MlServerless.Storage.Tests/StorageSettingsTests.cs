using Microsoft.Extensions.Configuration;

namespace MlServerless.Storage.Tests;

public class StorageSettingsTests
{
    [Theory]
    [InlineData("UseDevelopmentStorage=true")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=AAAA;EndpointSuffix=core.windows.net")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;QueueEndpoint=http://127.0.0.1:2/devstoreaccount1;TableEndpoint=http://127.0.0.1:3/devstoreaccount1;")]
    public void FromConfiguration_ConnectionString_IsTaken(string connectionString) =>
        Assert.Equal(connectionString, Read(("AzureWebJobsStorage", connectionString)).ConnectionString);

    [Fact]
    public void FromConfiguration_Identity_IsTaken()
    {
        StorageSettings settings = Read(
            ("AzureWebJobsStorage:blobServiceUri", "https://acct.blob.core.windows.net"),
            ("AzureWebJobsStorage:queueServiceUri", "https://acct.queue.core.windows.net"),
            ("AzureWebJobsStorage:tableServiceUri", "https://acct.table.core.windows.net"),
            ("AzureWebJobsStorage:credential", "managedidentity"),
            ("AzureWebJobsStorage:clientId", "0f8fad5b-d9cb-469f-a165-70867728950e"));

        Assert.Equal(new Uri("https://acct.table.core.windows.net"), settings.TableServiceUri);
        Assert.True(settings.IsManagedIdentity);
        Assert.Equal("0f8fad5b-d9cb-469f-a165-70867728950e", settings.ClientId);
        Assert.Null(settings.ConnectionString);
        Assert.NotNull(AzurePipelineStorage.Create(settings));
    }

    [Fact]
    public void FromConfiguration_AccountName_GivesTheAddresses()
    {
        StorageSettings settings = Read(("AzureWebJobsStorage:accountName", "acct"));

        Assert.Equal(
            ["https://acct.blob.core.windows.net/", "https://acct.queue.core.windows.net/", "https://acct.table.core.windows.net/"],
            [settings.BlobServiceUri!.AbsoluteUri, settings.QueueServiceUri!.AbsoluteUri, settings.TableServiceUri!.AbsoluteUri]);
    }

    [Fact]
    public void FromConfiguration_ManyMistakes_AllAtOnce()
    {
        StorageSettingsException e = Assert.Throws<StorageSettingsException>(() => Read(
            ("AzureWebJobsStorage:blobServiceUri", "acct"),
            ("AzureWebJobsStorage:queueServiceUri", "http://acct.queue.core.windows.net"),
            ("AzureWebJobsStorage:credential", "password")));

        Assert.Equal(4, e.Errors.Count);
        Assert.Contains("AzureWebJobsStorage__blobServiceUri is 'acct'", e.Message);
        Assert.Contains("AzureWebJobsStorage__queueServiceUri is 'http://acct.queue.core.windows.net/'", e.Message);
        Assert.Contains("AzureWebJobsStorage__tableServiceUri is missing", e.Message);
        Assert.Contains("'password'", e.Message);
    }

    [Fact]
    public void ToString_HoldsNoKey() =>
        Assert.DoesNotContain("AAAA", Read(("AzureWebJobsStorage", "AccountName=acct;AccountKey=AAAA")).ToString());

    [Fact]
    public void FromConfiguration_Nothing_SaysWhatToSet() =>
        Assert.Contains("UseDevelopmentStorage=true", Assert.Throws<StorageSettingsException>(() => Read()).Message);

    [Theory]
    [InlineData("hello", "no '='", 3)]
    [InlineData("AccountName=acct", "has no AccountKey", 1)]
    [InlineData("AccountName=acct;AccountKey=secret!", "not base64", 1)]
    [InlineData("BlobEndpoint=https://acct.blob.core.windows.net;SharedAccessSignature=sv=secret!", "shared access signature", 1)]
    [InlineData("AccountName=acct;AccountKey=AAAA;TableEndpoint=nowhere", "'nowhere'", 1)]
    public void FromConfiguration_BadConnectionString_SaysWhatButNoSecret(string connectionString, string expected, int errors)
    {
        StorageSettingsException e = Assert.Throws<StorageSettingsException>(() => Read(("AzureWebJobsStorage", connectionString)));

        Assert.Contains(expected, e.Message);
        Assert.Equal(errors, e.Errors.Count);
        Assert.DoesNotContain("secret!", e.Message);
    }

    private static StorageSettings Read(params (string Name, string Value)[] values) =>
        StorageSettings.FromConfiguration(new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))).Build());
}
