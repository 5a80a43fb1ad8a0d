using Azure.Core;

namespace MlServerless.Storage.Tables;

/// <summary>The Table service of one storage account.</summary>
internal sealed class TableServiceClient
{
    private readonly TablePipeline pipeline;

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options = null) =>
        pipeline = new TablePipeline(endpoint, credential, options ?? new TableClientOptions());

    public TableServiceClient(Uri endpoint, TokenCredential credential, TableClientOptions? options = null) =>
        pipeline = new TablePipeline(endpoint, credential, options ?? new TableClientOptions());

    public TableClient GetTableClient(string tableName) => new(pipeline, tableName);
}
