using System.Text.Json.Nodes;
using MlServerless.Functions.Http;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Monitoring.Challengers;

namespace MlServerless.Functions.OpenApi;

/// <summary>Batch jobs, kept rows, challengers and canaries.</summary>
internal static class TrialOperations
{
    public static IEnumerable<ApiOperation> All() =>
    [
        new(nameof(BatchFunctions.StartBatch), "Scores a file of the container batches.")
        {
            Parameters = [ApiParameter.IdempotencyKey],
            Body = new(Schema.Of(("blob", Schema.Text), ("version?", Schema.Whole), ("format?", Schema.OneOf("csv", "ndjson")), ("delimiter?", Schema.Text), ("output?", Schema.OneOf("csv", "ndjson")), ("monitored?", Schema.Flag))),
            Answers = [ApiAnswer.Accepted("The job.", Batch())],
            Problems = [403, 404, 409, 413],
        },
        new(nameof(BatchFunctions.GetBatch), "How far a batch job is.") { Answers = [ApiAnswer.Ok("The job.", Batch())], Problems = [404] },
        new(nameof(BatchFunctions.GetBatchOutput), "The answers of a batch job, a line for every row.")
        {
            Answers = [new(StatusCodes.Status200OK, "The lines.", null, "text/csv", "application/x-ndjson")],
            Problems = [404, 409, 410],
        },
        new(nameof(BatchFunctions.CancelBatch), "Ends a batch job.") { Answers = [ApiAnswer.Ok("The job.", Batch())], Problems = [404, 409] },
        new(nameof(BatchFunctions.ListBatches), "The batch jobs of a model, the newest first.")
        {
            Parameters = [ApiParameter.Limit(50, 500)],
            Answers = [ApiAnswer.Ok("The jobs.", Schema.Of(("batches", Schema.ArrayOf(Batch()))))],
            Problems = [404],
        },
        new(nameof(CaptureFunctions.GetCapture), "Which rows of a model's calls are kept.") { Answers = [ApiAnswer.Ok("The settings.", Capture())], Problems = [404] },
        new(nameof(CaptureFunctions.PutCapture), "Keeps rows of a model's calls from now on.")
        {
            Body = new(Schema.Of(("sample?", Schema.Number), ("days?", Schema.Whole), ("mask?", Schema.ArrayOf(Schema.Text)), ("who?", Schema.Text), ("why", Schema.Text))),
            Answers = [ApiAnswer.Ok("The settings.", Capture())],
            Problems = [404, 503],
        },
        new(nameof(CaptureFunctions.DeleteCapture), "Keeps no more rows.")
        {
            Body = new(Schema.Of(("who?", Schema.Text), ("why", Schema.Text), ("forget?", Schema.Flag))),
            Answers = [new(StatusCodes.Status204NoContent, "None are kept from now on.", null)],
        },
        new(nameof(ChallengerFunctions.ListChallengers), "The newest comparison of the champion with every version that was compared.")
        {
            Answers = [ApiAnswer.Ok("The comparisons.", Schema.Of(("challengers", Schema.ArrayOf(RecordSchema.Of<ChallengerComparison>()))))],
            Problems = [404],
        },
        new(nameof(ChallengerFunctions.GetChallenger), "The newest comparison of the champion with a version.")
        {
            Answers = [ApiAnswer.Ok("The comparison.", RecordSchema.Of<ChallengerComparison>())],
            Problems = [404],
        },
        new(nameof(ChallengerFunctions.CompareChallenger), "Compares a version with the champion on the rows that were kept.")
        {
            Parameters = [ApiParameter.Query("windows", Schema.Whole, "How many windows of rows, the newest ones.")],
            Answers = [ApiAnswer.Ok("The comparison.", RecordSchema.Of<ChallengerComparison>())],
            Problems = [404, 409, 503],
        },
        new(nameof(CanaryFunctions.GetCanary), "The canary of a model and how it does.") { Answers = [ApiAnswer.Ok("The canary.", Canary())], Problems = [404] },
        new(nameof(CanaryFunctions.PutCanary), "Lets a version answer a part of the calls.")
        {
            Body = new(Schema.Of(
                ("version", Schema.Whole), ("percent", Schema.Number), ("entityColumn?", Schema.Text), ("bake?", Schema.Text), ("minimumRequests?", Schema.Whole), ("maxErrorIncrease?", Schema.Number), ("promote?", Schema.Flag), ("who?", Schema.Text), ("why", Schema.Text))),
            Answers = [ApiAnswer.Ok("The canary.", Canary())],
            Problems = [404, 409, 412, 422],
        },
        new(nameof(CanaryFunctions.DeleteCanary), "Ends the canary of a model.")
        {
            Body = new(Schema.Ref("Actor")),
            Answers = [new(StatusCodes.Status204NoContent, "The champion answers all calls.", null)],
            Problems = [404, 412],
        },
    ];

    private static JsonObject Batch() => Schema.Changed(
        RecordSchema.Of<BatchRecord>(), ["ref", "hasEnded", "startedAttempt", "inputETag", "inputVersionId", "window", "stamp"], ("partsDone?", Schema.Whole));

    private static JsonObject Capture() => Schema.Of(
        ("sample", Schema.Number), ("days", Schema.Whole), ("mask", Schema.ArrayOf(Schema.Text)), ("since", Schema.OrNull(Schema.Time)), ("who", Schema.OrNull(Schema.Text)), ("why", Schema.OrNull(Schema.Text)));

    private static JsonObject Canary() => Schema.Of(
        ("version", Schema.Whole),
        ("percent", Schema.Number),
        ("entityColumn", Schema.OrNull(Schema.Text)),
        ("since", Schema.Time),
        ("bakedAt", Schema.Time),
        ("minimumRequests", Schema.Whole),
        ("maxErrorIncrease", Schema.Number),
        ("promote", Schema.Flag),
        ("verdict", Schema.OneOf("baking", "passed", "failed")),
        ("reasons", Schema.ArrayOf(Schema.Text)),
        ("canary", Evidence()),
        ("champion", Evidence()));

    private static JsonObject Evidence() => Schema.Of(
        ("version", Schema.Whole), ("requests", Schema.Whole), ("errors", Schema.Whole), ("rows", Schema.Whole), ("predictionsPsi", Schema.OrNull(Schema.Number)), ("predictionsDrifted", Schema.OrNull(Schema.Flag)));
}
