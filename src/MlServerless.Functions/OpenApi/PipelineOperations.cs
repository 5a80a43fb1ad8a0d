using System.Text.Json.Nodes;
using MlServerless.Functions.Http;

namespace MlServerless.Functions.OpenApi;

internal static class PipelineOperations
{
    private const string SpecSchemaPath = "/api/schemas/pipeline.json";

    public static IEnumerable<ApiOperation> All() =>
    [
        new(nameof(PipelineFunctions.ListPipelines), "The pipelines, open alerts, and the uploads that belong to none.")
        {
            Answers =
            [
                ApiAnswer.Ok("All of them.", Schema.Of(
                    ("pipelines", Schema.ArrayOf(Schema.Name)), ("openAlerts", Schema.ArrayOf(Schema.Ref("Alert"))), ("rejectedUploads", Schema.ArrayOf(Schema.Ref("RejectedUpload"))))),
            ],
        },
        new(nameof(PipelineFunctions.PutPipeline), "Writes a spec.")
        {
            Parameters = [ApiParameter.IfMatch],
            Body = new(Spec()),
            Answers = [ApiAnswer.Ok("It has replaced the one before.", Saved()), new(201, "It is new.", Saved(), ApiAnswer.Json)],
            Problems = [412],
        },
        new(nameof(PipelineFunctions.GetPipeline), "The spec as it was written.")
        {
            Answers = [ApiAnswer.Ok("The spec, with its ETag.", Spec())],
            Problems = [404],
        },
        new(nameof(PipelineFunctions.GetSpecSchema), "The JSON Schema of specs, for editors.") { Answers = [new(200, "The schema.", null, "application/schema+json")] },
        new(nameof(PipelineFunctions.ListRuns), "The runs of a pipeline, the newest first.")
        {
            Answers = [ApiAnswer.Ok("Its runs.", Schema.Of(("runs", Schema.ArrayOf(Schema.Ref("Run"))), ("total", Schema.Whole)))],
            Problems = [404],
        },
        new(nameof(PipelineFunctions.StartRun), "Starts a run on the newest data version, or on a named one.")
        {
            Parameters = [ApiParameter.Query("fresh", Schema.Flag, "Takes nothing from earlier runs."), ApiParameter.IdempotencyKey],
            Body = new(Schema.Of(("dataVersion?", Schema.Hash), ("mode?", Schema.OneOf("production", "experiment")), ("fresh?", Schema.Flag)), IsRequired: false),
            Answers = [ApiAnswer.Accepted("The run that was claimed.", Schema.Ref("StartedRun"))],
            Problems = [404, 409, 410],
        },
        new(nameof(PipelineFunctions.StartExperiment), "Tries another spec on a data version, without touching production.")
        {
            Parameters = [ApiParameter.Query("fresh", Schema.Flag, "Takes nothing from earlier runs."), ApiParameter.IdempotencyKey],
            Body = new(Schema.Of(("spec", Spec()), ("dataVersion?", Schema.Hash), ("fresh?", Schema.Flag))),
            Answers = [ApiAnswer.Accepted("The run that was claimed.", Schema.Ref("StartedRun"))],
            Problems = [404, 409, 410],
        },
        new(nameof(DataFunctions.ListData), "What has come, the newest first, with the runs and models made from it.")
        {
            Parameters = [ApiParameter.Limit(20, 200), ApiParameter.After],
            Answers =
            [
                ApiAnswer.Ok("A page of arrivals.", Schema.Page(
                    "data", Schema.Ref("Arrival"), ("pipeline", Schema.Name), ("owner", Schema.OrNull(Schema.Text)), ("window", Schema.Text), ("openAlerts", Schema.ArrayOf(Schema.Ref("Alert"))))),
            ],
            Problems = [404],
        },
        new(nameof(ErasureFunctions.EraseRows), "Erases rows by key from every data version.")
        {
            Parameters = [ApiParameter.IdempotencyKey],
            Body = new(Schema.Of(("keys", Schema.ArrayOf(Schema.MapOf(new JsonObject { ["type"] = new JsonArray("string", "number") }))), ("who?", Schema.Text), ("reason?", Schema.Text), ("retrain?", Schema.Flag))),
            Answers = [ApiAnswer.Accepted("The erasure, which goes on.", Schema.Ref("Erasure"))],
            Problems = [404, 409],
        },
        new(nameof(ErasureFunctions.ListErasures), "The erasures of a pipeline, the newest first.")
        {
            Answers = [ApiAnswer.Ok("Its erasures.", Schema.Of(("erasures", Schema.ArrayOf(Schema.Ref("Erasure"))), ("total", Schema.Whole)))],
            Problems = [404],
        },
        new(nameof(ErasureFunctions.GetErasure), "An erasure: which versions gave way to which, how many rows, which could not be searched.")
        {
            Answers = [ApiAnswer.Ok("The erasure.", Schema.Ref("Erasure"))],
            Problems = [404],
        },
    ];

    private static JsonObject Spec() => new() { ["$ref"] = SpecSchemaPath };

    private static JsonObject Saved() => Schema.Of(("name", Schema.Name), ("etag", Schema.Text), ("specHash", Schema.Hash));
}
