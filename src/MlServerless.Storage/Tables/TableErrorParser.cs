using System.Text.Json;
using Azure;
using Azure.Core;

namespace MlServerless.Storage.Tables;

/// <summary>Reads <c>{"odata.error":{"code":…,"message":{"lang":…,"value":…}}}</c>.</summary>
internal sealed class TableErrorParser : RequestFailedDetailsParser
{
    public static readonly TableErrorParser Instance = new();

    public override bool TryParse(Response response, out ResponseError? error, out IDictionary<string, string>? data)
    {
        data = null;
        error = response.ContentStream is { CanSeek: true } content ? Parse(content) : null;
        if (error is null && response.Headers.TryGetValue("x-ms-error-code", out string? code))
        {
            error = new ResponseError(code, response.ReasonPhrase);
        }

        return error is not null;
    }

    private static ResponseError? Parse(Stream content)
    {
        long position = content.Position;
        content.Position = 0;
        try
        {
            using JsonDocument json = JsonDocument.Parse(content);
            return json.RootElement.TryGetProperty("odata.error", out JsonElement body)
                ? new ResponseError(body.GetProperty("code").GetString(), body.GetProperty("message").GetProperty("value").GetString())
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A proxy's page or an empty body: the status has to do.
            return null;
        }
        finally
        {
            content.Position = position;
        }
    }
}
