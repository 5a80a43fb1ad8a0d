using System.Text.Json;
using Azure;
using Azure.Core;

namespace MlServerless.Storage.Tables;

/// <summary>One table: entities under two keys, with ETags and transactions over one partition.</summary>
/// <remarks>
/// The documented REST protocol (https://learn.microsoft.com/rest/api/storageservices/table-service-rest-api) under the
/// names of Azure.Data.Tables, which takes this folder's place when it can be had.
/// </remarks>
internal sealed class TableClient
{
    private readonly TablePipeline pipeline;

    internal TableClient(TablePipeline pipeline, string name)
    {
        this.pipeline = pipeline;
        Name = name;
    }

    public string Name { get; }

    /// <returns>False when the table was there.</returns>
    public async Task<bool> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
    {
        using HttpMessage message = pipeline.CreateMessage(RequestMethod.Post, "Tables", TablePipeline.MinimalMetadata);
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        TablePipeline.SetBody(message.Request, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["TableName"] = Name }, TableJsonContext.Default.DictionaryStringString), TablePipeline.JsonType);
        try
        {
            await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409 && e.ErrorCode == TableErrorCode.TableAlreadyExists)
        {
            return false;
        }
    }

    /// <summary>Inserts an entity that must not exist.</summary>
    /// <exception cref="RequestFailedException">409 EntityAlreadyExists: it exists, possibly because an earlier try of this request reached the service and its answer was lost.</exception>
    public async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : TableEntity
    {
        using HttpMessage message = pipeline.CreateMessage(RequestMethod.Post, Name, TablePipeline.MinimalMetadata);
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        SetEntity(message.Request, entity);
        return await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    public async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(string partitionKey, string rowKey, CancellationToken cancellationToken = default)
        where T : TableEntity, new()
    {
        using HttpMessage message = pipeline.CreateMessage(RequestMethod.Get, EntityPath(partitionKey, rowKey), TablePipeline.MinimalMetadata);
        try
        {
            Response response = await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
            using JsonDocument json = await TablePipeline.ReadJsonAsync(response, cancellationToken).ConfigureAwait(false);
            return Response.FromValue(TableEntityJson.Read<T>(json.RootElement), response);
        }
        catch (RequestFailedException e) when (TableErrorCode.IsEntityMissing(e))
        {
            return new MissingEntity<T>(message.Response);
        }
    }

    /// <param name="filter">An OData filter, e.g. <c>PartitionKey eq 'p'</c>; literals by <see cref="TableKey.Literal"/>.</param>
    public AsyncPageable<T> QueryAsync<T>(string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : TableEntity, new() =>
        new TablePages<T>(pipeline, Name, filter, maxPerPage, select, cancellationToken);

    /// <summary>Changes an entity that must exist and, unless <paramref name="ifMatch"/> is <see cref="ETag.All"/>, be as it was.</summary>
    /// <exception cref="RequestFailedException">412 UpdateConditionNotSatisfied: it was changed; 404 ResourceNotFound: it does not exist.</exception>
    public async Task<Response> UpdateEntityAsync<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : TableEntity
    {
        using HttpMessage message = WriteMessage(entity, mode);
        message.Request.Headers.SetValue(HttpHeader.Names.IfMatch, ConditionOf(ifMatch));
        return await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes an entity whatever is there.</summary>
    public async Task<Response> UpsertEntityAsync<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : TableEntity
    {
        using HttpMessage message = WriteMessage(entity, mode);
        return await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes an entity; one that does not exist is no error.</summary>
    /// <exception cref="RequestFailedException">412 UpdateConditionNotSatisfied: it was changed.</exception>
    public async Task<Response> DeleteEntityAsync(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        using HttpMessage message = pipeline.CreateMessage(RequestMethod.Delete, EntityPath(partitionKey, rowKey), TablePipeline.MinimalMetadata);
        message.Request.Headers.SetValue(HttpHeader.Names.IfMatch, ConditionOf(ifMatch));
        try
        {
            return await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (TableErrorCode.IsEntityMissing(e))
        {
            return message.Response;
        }
    }

    /// <summary>Applies up to 100 changes of one partition, all or none.</summary>
    /// <returns>The answer to each change, in their order.</returns>
    /// <exception cref="TableTransactionFailedException">The service refused it; nothing was changed.</exception>
    public async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<TableTransactionAction> actions = [.. transactionActions];
        using HttpMessage message = pipeline.CreateMessage(RequestMethod.Post, "$batch", TablePipeline.JsonType);
        TableBatchRequest body = TableBatchRequest.Write(pipeline.Endpoint, Name, actions);
        TablePipeline.SetBody(message.Request, body.Content, body.ContentType);
        Response response = await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Response> parts = TableBatchResponse.Read(response);
        if (parts.FirstOrDefault(part => part.IsError) is { } failed)
        {
            RequestFailedException cause = TablePipeline.Failure(failed);
            throw new TableTransactionFailedException(cause, TableBatchResponse.FailedIndex(cause.Message));
        }

        return parts.Count == actions.Count
            ? Response.FromValue(parts, response)
            : throw new RequestFailedException(response.Status, $"The Table service answered {parts.Count} of {actions.Count} changes of a transaction.");
    }

    internal static string EntityPath(string table, string partitionKey, string rowKey)
    {
        TableKey.Require(partitionKey, "PartitionKey");
        TableKey.Require(rowKey, "RowKey");
        return $"{table}(PartitionKey={Uri.EscapeDataString(TableKey.Literal(partitionKey))},RowKey={Uri.EscapeDataString(TableKey.Literal(rowKey))})";
    }

    internal static string ConditionOf(ETag ifMatch) => ifMatch == default ? ETag.All.ToString() : ifMatch.ToString("H");

    private string EntityPath(string partitionKey, string rowKey) => EntityPath(Name, partitionKey, rowKey);

    private HttpMessage WriteMessage(TableEntity entity, TableUpdateMode mode)
    {
        RequestMethod method = mode == TableUpdateMode.Merge ? RequestMethod.Patch : RequestMethod.Put;
        HttpMessage message = pipeline.CreateMessage(method, EntityPath(entity.PartitionKey, entity.RowKey), TablePipeline.MinimalMetadata);
        SetEntity(message.Request, entity);
        return message;
    }

    private static void SetEntity(Request request, TableEntity entity)
    {
        TableKey.Require(entity.PartitionKey, "PartitionKey");
        TableKey.Require(entity.RowKey, "RowKey");
        TablePipeline.SetBody(request, TableEntityJson.Write(entity), TablePipeline.JsonType);
    }

    private sealed class MissingEntity<T>(Response response) : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T? Value => throw new InvalidOperationException("The entity does not exist.");

        public override Response GetRawResponse() => response;
    }
}
