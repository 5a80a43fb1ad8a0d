using MlServerless.Data;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Reports;
using MlServerless.Pipelines;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>What differs between two data versions.</summary>
public sealed class DataDiffFunctions(DataDiffs diffs)
{
    /// <summary>
    /// The comparison: canonical JSON, or a page for <c>Accept: text/html</c> or <c>?format=html</c>. <c>?key=</c> names a key column and may be there
    /// several times; empty, it compares rows by their content.
    /// </summary>
    [Function(nameof(GetDataDiff))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetDataDiff([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/dataversions/{a}/diff/{b}")] HttpRequest request, string a, string b, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            bool asPage = DataRequests.WantsPage(request, "comparison");
            DataDiffReport diff = await diffs.CompareAsync(DataRequests.Id(a), DataRequests.Id(b), DataRequests.Pipeline(request), Key(request), cancellationToken);
            IHeaderDictionary headers = request.HttpContext.Response.Headers;
            headers.Vary = "Accept";
            if (!asPage)
                return new BytesResult(CanonicalJson.Serialize(diff, PipelineJson.Default.DataDiffReport), StatusCodes.Status200OK, "application/json");
            headers.ContentSecurityPolicy = DataDiffPage.ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            return new BytesResult(DataDiffPage.Build(diff), StatusCodes.Status200OK, "text/html; charset=utf-8");
        });

    /// <summary>Null where the request leaves it to the spec.</summary>
    /// <exception cref="ProblemException">400: a column is named twice, or beside an empty name.</exception>
    private static string[]? Key(HttpRequest request)
    {
        if (!request.Query.TryGetValue("key", out var values))
            return null;
        string[] key = [.. values.Select(value => value ?? "")];
        if (key is [""])
            return [];
        if (key.Contains("", StringComparer.Ordinal) || key.Distinct(StringComparer.Ordinal).Count() < key.Length)
            throw ProblemException.BadRequest("The key is not a list of different columns.", "Send ?key=first&key=second with each column once, or ?key= alone to compare rows by their content.");
        return key;
    }
}
