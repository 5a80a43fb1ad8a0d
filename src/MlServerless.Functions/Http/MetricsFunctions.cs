using System.Text;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Serving;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Metrics in Prometheus' text format.</summary>
public sealed class MetricsFunctions(MetricsText metrics, DriftService drift)
{
    /// <summary>Those of the process that answers; with <c>?scope=all</c> also those of all processes, merged from storage.</summary>
    [Function(nameof(GetMetrics))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetMetrics([HttpTrigger(AuthorizationLevel.Function, "get", Route = "metrics")] HttpRequest request, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            string text = metrics.OfProcess();
            if (request.Query["scope"] == "all")
                text += MetricsText.OfWindows(await drift.ReadCurrentAsync(cancellationToken));
            return new BytesResult(Encoding.UTF8.GetBytes(text), StatusCodes.Status200OK, "text/plain; version=0.0.4; charset=utf-8");
        });
}
