using System.Text.Json.Nodes;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Reports;
using MlServerless.Pipelines;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Data versions: where they came from, and what their checks found.</summary>
public sealed class DataVersionFunctions(DataReports reports, DataCatalog catalog, IPipelineStorage storage)
{
    /// <summary>The record of a data version, with its files and parts.</summary>
    [Function(nameof(GetDataVersion))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetDataVersion([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/dataversions/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            (string pipeline, DataVersionRecord record) = await reports.FindAsync(DataRequests.Id(id), DataRequests.Pipeline(request), cancellationToken);
            JsonObject view = JsonSerializer.SerializeToNode(record, PipelineJson.Default.DataVersionRecord)!.AsObject();
            view.Remove("order");
            view["pipeline"] = pipeline;
            view["manifest"] = JsonSerializer.SerializeToNode(await catalog.ReadManifestAsync(record.Id, cancellationToken), PipelineJson.Default.DataVersionManifest);
            return Api.Json(view);
        });

    /// <summary>The schema by which it was read, to be edited and put into the spec.</summary>
    [Function(nameof(GetDataSchema))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetDataSchema([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/dataversions/{id}/schema")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            (_, DataVersionRecord record) = await reports.FindAsync(DataRequests.Id(id), DataRequests.Pipeline(request), cancellationToken);
            return record.Check?.SchemaHash is { } schema
                ? new BytesResult(await storage.Content.ReadAsync(schema, cancellationToken), StatusCodes.Status200OK, "application/json")
                : throw ProblemException.NotFound($"Data version {id} has no schema.", "It was not checked yet, or it cannot be read as rows; its report says which.");
        });

    /// <summary>The report: canonical JSON, or a page for <c>Accept: text/html</c> or <c>?format=html</c>.</summary>
    [Function(nameof(GetDataReport))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetDataReport([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/dataversions/{id}/report")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            bool asPage = DataRequests.WantsPage(request, "report");
            DataReport report = await reports.ReadAsync(DataRequests.Id(id), DataRequests.Pipeline(request), cancellationToken);
            IHeaderDictionary headers = request.HttpContext.Response.Headers;
            headers.Vary = "Accept";
            if (!asPage)
                return new BytesResult(CanonicalJson.Serialize(report, PipelineJson.Default.DataReport), StatusCodes.Status200OK, "application/json");
            headers.ContentSecurityPolicy = DataReportPage.ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            return new BytesResult(DataReportPage.Build(report), StatusCodes.Status200OK, "text/html; charset=utf-8");
        });
}
