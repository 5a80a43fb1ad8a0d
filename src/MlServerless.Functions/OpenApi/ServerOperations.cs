using System.Text.Json.Nodes;
using MlServerless.Functions.Http;

namespace MlServerless.Functions.OpenApi;

internal static class ServerOperations
{
    private const string PlainText = "text/plain";

    public static IEnumerable<ApiOperation> All() =>
    [
        new(nameof(OpenApiFunctions.GetOpenApi), "This document.")
        {
            Answers = [ApiAnswer.Ok("An OpenAPI document.", new JsonObject { ["type"] = "object", ["required"] = new JsonArray("openapi", "info", "paths", "components") })],
        },
        new(nameof(HealthFunctions.HealthLive), "Whether the app runs.") { Answers = [ApiAnswer.Ok("It does.", Schema.Of(("status", Schema.Text)))] },
        new(nameof(HealthFunctions.HealthReady), "Whether the app reaches its storage.")
        {
            Answers = [ApiAnswer.Ok("It does.", Schema.Of(("status", Schema.Text))), new(503, "It does not.", Schema.Of(("status", Schema.Text), ("reason", Schema.Text)), ApiAnswer.Json)],
        },
        new(nameof(MetricsFunctions.GetMetrics), "Metrics in the text format of Prometheus.")
        {
            Parameters = [ApiParameter.Query("scope", Schema.OneOf("process", "all"), "all: also those of all processes, from storage.")],
            Answers = [new(200, "Metrics.", Schema.Text, PlainText)],
        },
        new(nameof(MlflowFunctions.Ping), "Whether the scoring server answers.") { Answers = [new(200, "It does.", Schema.Text, PlainText)] },
        new(nameof(MlflowFunctions.MlflowHealth), "The same.") { Answers = [new(200, "It does.", Schema.Text, PlainText)] },
        new(nameof(MlflowFunctions.GetServerVersion), "The version of the app.") { Answers = [new(200, "The version.", Schema.Text, PlainText)] },
    ];
}
