using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Core;

namespace MlServerless.Storage.Tables;

/// <summary>The pages of a query. A page may be empty and not the last; the service ends a page early when it likes.</summary>
internal sealed class TablePages<T>(TablePipeline pipeline, string table, string? filter, int? maxPerPage, IEnumerable<string>? select, CancellationToken cancellationToken)
    : AsyncPageable<T>(cancellationToken)
    where T : TableEntity, new()
{
    public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        await foreach (Page<T> page in PagesAsync(continuationToken, pageSizeHint, CancellationToken).ConfigureAwait(false))
        {
            yield return page;
        }
    }

    // The enumerator's token is the one that `await foreach (… in query.WithCancellation(token))` gives.
    public override async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        CancellationToken token = cancellationToken.CanBeCanceled ? cancellationToken : CancellationToken;
        await foreach (Page<T> page in PagesAsync(null, null, token).ConfigureAwait(false))
        {
            foreach (T entity in page.Values)
            {
                yield return entity;
            }
        }
    }

    private async IAsyncEnumerable<Page<T>> PagesAsync(string? continuation, int? pageSizeHint, [EnumeratorCancellation] CancellationToken token)
    {
        do
        {
            using HttpMessage message = Request(continuation, pageSizeHint ?? maxPerPage);
            Response response = await pipeline.SendAsync(message, token).ConfigureAwait(false);
            using JsonDocument json = await TablePipeline.ReadJsonAsync(response, token).ConfigureAwait(false);
            T[] entities = [.. json.RootElement.GetProperty("value").EnumerateArray().Select(TableEntityJson.Read<T>)];
            continuation = Continuation(response);
            yield return Page<T>.FromValues(entities, continuation, response);
        }
        while (continuation is not null);
    }

    private HttpMessage Request(string? continuation, int? top)
    {
        HttpMessage message = pipeline.CreateMessage(RequestMethod.Get, $"{table}()", TablePipeline.MinimalMetadata);
        RequestUriBuilder uri = message.Request.Uri;
        AppendUnlessNull(uri, "$filter", filter);
        AppendUnlessNull(uri, "$top", top?.ToString(CultureInfo.InvariantCulture));
        AppendUnlessNull(uri, "$select", select is null ? null : string.Join(',', select));
        if (continuation?.Split('\n') is [string partition, .. string[] row])
        {
            uri.AppendQuery("NextPartitionKey", partition);
            AppendUnlessNull(uri, "NextRowKey", row.FirstOrDefault());
        }

        return message;
    }

    private static void AppendUnlessNull(RequestUriBuilder uri, string name, string? value)
    {
        if (value is not null)
        {
            uri.AppendQuery(name, value);
        }
    }

    // Two headers, of which the second may be missing; neither can hold a line feed.
    private static string? Continuation(Response response) =>
        !response.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out string? partition) ? null
        : !response.Headers.TryGetValue("x-ms-continuation-NextRowKey", out string? row) ? partition
        : $"{partition}\n{row}";
}
