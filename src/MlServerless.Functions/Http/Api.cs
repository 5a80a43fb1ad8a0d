using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Functions.Http;

/// <summary>What the HTTP functions share: bodies in, JSON and problem+json out.</summary>
internal static class Api
{
    private const string ProblemType = "application/problem+json";
    private const int MaxDepth = 16;
    private const int FirstRoom = 1 << 20;
    private const int PieceBytes = 1 << 16;

    // Bodies are JSON, never HTML, so quotes and plus signs can stay readable.
    private static readonly AppJson Readable = new(new JsonSerializerOptions(AppJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Runs a handler and turns a <see cref="ProblemException"/> into problem+json (RFC 9457).</summary>
    public static Task<IResult> AnswerAsync(Func<Task<IResult>> handler) => AnswerAsync(handler, Problem);

    /// <summary>The same for a protocol that has errors of its own form.</summary>
    public static async Task<IResult> AnswerAsync(Func<Task<IResult>> handler, Func<ProblemException, IResult> refuse)
    {
        try
        {
            return await handler();
        }
        catch (ProblemException problem)
        {
            return refuse(problem);
        }
        catch (ContentMissingException missing)
        {
            return refuse(new ProblemException(410, "That content is no longer kept.", $"{missing.Hash} was deleted by the pipeline's retention or by an erasure of rows; what its record says of it stays."));
        }
    }

    public static IResult Problem(ProblemException problem)
    {
        var document = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = problem.Title,
            ["status"] = problem.Status,
            ["detail"] = problem.Detail,
        };
        if (problem.Errors.Count > 0)
            document["errors"] = new JsonArray([.. problem.Errors.Select(error => new JsonObject { ["path"] = error.Path, ["message"] = error.Message })]);
        return new BytesResult(JsonSerializer.SerializeToUtf8Bytes(document, Readable.JsonObject), problem.Status, ProblemType);
    }

    public static IResult Json(JsonNode document, int status = StatusCodes.Status200OK) =>
        new BytesResult(JsonSerializer.SerializeToUtf8Bytes(document, Readable.JsonNode), status, "application/json");

    /// <summary>Reads the whole body; its limit is the route's.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // What a header announces need not come: room for all of it is made once the first of it is here.
        int announced = (int)Math.Min(request.ContentLength ?? 0, int.MaxValue);
        using var buffer = new MemoryStream(Math.Min(announced, FirstRoom));
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (int read; (read = await request.Body.ReadAsync(piece, cancellationToken)) > 0;)
            {
                if (buffer.Length + read > buffer.Capacity && announced > buffer.Capacity)
                    buffer.Capacity = announced;
                buffer.Write(piece, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>Reads a small JSON object; an empty body is an empty object.</summary>
    /// <exception cref="ProblemException">400: something else, or a field that is not known.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = await ReadBodyAsync(request, cancellationToken);
        JsonNode? node;
        try
        {
            if (body.Length > 0)
                WellFormedJson.Require(body.Span, MaxDepth);
            node = body.Length == 0 ? new JsonObject() : JsonNode.Parse(body.Span, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException exception)
        {
            throw ProblemException.BadRequest("The body is not valid JSON.", $"{JsonFault.Describe(exception)} Send an object with any of: {string.Join(", ", fields)}.");
        }

        if (node is not JsonObject document)
            throw ProblemException.BadRequest("The body is not a JSON object.", $"Send an object with any of: {string.Join(", ", fields)}.");
        string[] unknown = [.. document.Select(field => field.Key).Except(fields)];
        return unknown.Length == 0
            ? document
            : throw ProblemException.BadRequest($"'{unknown[0]}' is not a field of this request.", $"Known: {string.Join(", ", fields)}.");
    }

    /// <summary>Reads <c>?limit=</c>.</summary>
    /// <exception cref="ProblemException">400: not a whole number in range.</exception>
    public static int Limit(HttpRequest request, int fallback, int greatest)
    {
        if (!request.Query.TryGetValue("limit", out var text))
            return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit >= 1 && limit <= greatest
            ? limit
            : throw ProblemException.BadRequest($"'{text}' is no limit.", string.Create(CultureInfo.InvariantCulture, $"Send ?limit= with a whole number from 1 to {greatest}."));
    }

    public static string? Text(JsonObject document, string field)
    {
        if (document[field] is not { } value)
            return null;
        return value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw ProblemException.BadRequest($"'{field}' is not a string.", $"Send \"{field}\": \"…\", or leave it out.");
    }
}
