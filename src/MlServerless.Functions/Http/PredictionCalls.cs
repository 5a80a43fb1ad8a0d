using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Serving.Rows;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Functions.Http;

/// <summary>What the prediction routes of all protocols share: the version asked for, the call, the headers, and errors in the protocol's form.</summary>
public sealed class PredictionCalls(PredictionService predictions, ServedModels models, PipelineOptions options, Callers callers)
{
    internal const string VersionHeader = "x-model-version";

    /// <summary>Whom a call is about, so that a canary answers all calls about them or none.</summary>
    internal const string EntityHeader = "x-entity-key";

    /// <summary>Greatest body of a prediction request.</summary>
    public const long MaxBodyBytes = 48 * 1024 * 1024;

    /// <param name="version">As the route names it; null to look at header and query.</param>
    internal Task<IResult> AnswerAsync(HttpRequest request, string model, string? version, PredictionRequest protocol, Func<ProblemException, IResult> refuse, CancellationToken cancellationToken) =>
        AnswerAsync(request, model, version, () => protocol, refuse, cancellationToken);

    /// <param name="protocol">May refuse what the request asks for.</param>
    /// <inheritdoc cref="AnswerAsync(HttpRequest, string, string?, PredictionRequest, Func{ProblemException, IResult}, CancellationToken)"/>
    internal async Task<IResult> AnswerAsync(HttpRequest request, string model, string? version, Func<PredictionRequest> protocol, Func<ProblemException, IResult> refuse, CancellationToken cancellationToken)
    {
        try
        {
            int? number = version is null ? AskedVersion(request) : Version(version);
            await RequireMayForceAsync(request, model, number, cancellationToken);
            ReadOnlyMemory<byte> body = await Api.ReadBodyAsync(request, cancellationToken);
            PredictionAnswer answer = await predictions.PredictAsync(model, number, protocol(), body, Entity(request), cancellationToken);
            request.HttpContext.Response.Headers[VersionHeader] = answer.Model.Model.VersionText;
            return new BytesResult(answer.Body, StatusCodes.Status200OK, "application/json");
        }
        catch (ProblemException problem)
        {
            return refuse(Told(problem));
        }
    }

    /// <summary>Answers rows that are written one after the other (NDJSON or CSV) while the answer is sent.</summary>
    internal async Task<IResult> AnswerRowsAsync(HttpRequest request, string model, RowsFormat format, CancellationToken cancellationToken)
    {
        try
        {
            int? version = AskedVersion(request);
            await RequireMayForceAsync(request, model, version, cancellationToken);
            RowsFormat answerFormat = FormatOf(request.Headers.Accept.ToString()) ?? format;

            // Read to its end first: a caller who sends everything before reading anything would wait for us, and we for the caller.
            ReadOnlyMemory<byte> body = await Api.ReadBodyAsync(request, cancellationToken);
            RowsAnswer answer = await predictions.PredictRowsAsync(model, version, format, answerFormat, body, Entity(request), cancellationToken);
            request.HttpContext.Response.Headers[VersionHeader] = answer.Model.Model.VersionText;
            return new RowsResult(answer);
        }
        catch (ProblemException problem)
        {
            return Api.Problem(Told(problem));
        }
    }

    private static string? Entity(HttpRequest request) => request.Headers.TryGetValue(EntityHeader, out var header) && header.ToString() is { Length: > 0 } entity ? entity : null;

    /// <summary>The format that a media type names; null for another.</summary>
    internal static RowsFormat? FormatOf(string? mediaType) => mediaType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "application/x-ndjson" or "application/ndjson" or "application/jsonl" => RowsFormat.Ndjson,
        "text/csv" => RowsFormat.Csv,
        _ => null,
    };

    /// <exception cref="ProblemException">403: the caller may not have another version than the champion.</exception>
    internal async Task RequireMayForceAsync(HttpRequest request, string model, int? version, CancellationToken cancellationToken)
    {
        if (version is { } forced && !callers.MayOperate(request) && (await models.GetAsync(PipelineName.Require(model, "model"), null, cancellationToken)).Model.Version != forced)
            throw new ProblemException(403, "Only operators may ask for another version than the champion.", "Leave the version out, or ask the owner for the role 'operate'.");
    }

    /// <summary>Strangers learn nothing of columns, models and storage.</summary>
    internal ProblemException Told(ProblemException problem) => !options.GenericErrors ? problem : problem.Status switch
    {
        >= 500 => new ProblemException(problem.Status, "The prediction cannot be made at the moment.", "Try again later."),
        404 => new ProblemException(404, "There is nothing here.", "Ask the owner of this endpoint for its address."),
        _ => new ProblemException(problem.Status, "The request was refused.", "It does not fit what this endpoint takes."),
    };

    /// <summary>Errors of the Open Inference Protocol and of V1: <c>{"error": "…"}</c>.</summary>
    internal static IResult RefuseWithText(ProblemException problem) => Api.Json(new JsonObject { ["error"] = Text(problem) }, problem.Status);

    /// <summary>Errors of MLflow's scoring server: <c>{"error_code": …, "message": "…"}</c>.</summary>
    internal static IResult RefuseLikeMlflow(ProblemException problem) => Api.Json(
        new JsonObject
        {
            ["error_code"] = problem.Status switch { 404 => "RESOURCE_DOES_NOT_EXIST", >= 500 => "TEMPORARILY_UNAVAILABLE", _ => "BAD_REQUEST" },
            ["message"] = Text(problem),
        },
        problem.Status);

    private static string Text(ProblemException problem) => string.Join(' ', [problem.Title, problem.Detail, .. problem.Errors.Select(error => $"{error.Path}: {error.Message}")]);

    private static int? AskedVersion(HttpRequest request)
    {
        if (request.Headers.TryGetValue(VersionHeader, out var header))
            return Version(header.ToString());
        return request.QueryString.HasValue && request.Query.TryGetValue("version", out var query) ? Version(query.ToString()) : null;
    }

    internal static int Version(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw ProblemException.BadRequest($"'{(text.Length > 40 ? text[..40] : text)}' is not a version.", "A version is a whole number from 1, e.g. ?version=3.");
}
