using MlServerless.Functions.Http;

namespace MlServerless.Functions.OpenApi;

internal static class RunOperations
{
    public static IEnumerable<ApiOperation> All() =>
    [
        new(nameof(RunFunctions.SearchRuns), "Runs of all pipelines, the newest first; metrics of the hold-out are conditions like ?auc>0.8.")
        {
            Parameters =
            [
                ApiParameter.Query("pipeline", Schema.Name, "Only of this pipeline."),
                ApiParameter.Query("status", Schema.Text, "One or more statuses, joined with commas."),
                ApiParameter.Query("mode", Schema.Text, "production, experiment or verification; several joined with commas."),
                ApiParameter.Query("since", Schema.Time, "Claimed then or later."),
                ApiParameter.Query("metric", Schema.Text, "A condition such as auc>0.8; may stand several times."),
                ApiParameter.Limit(50, 500),
                ApiParameter.After,
            ],
            Answers = [ApiAnswer.Ok("A page of runs.", Schema.Page("runs", Schema.Ref("Run")))],
        },
        new(nameof(RunFunctions.GetRun), "Status, stages, findings, candidates, metrics, hashes, promotion, error, and what was taken from earlier runs.")
        {
            Answers =
            [
                ApiAnswer.Ok("The run.", Schema.Changed(
                    Schema.Changed(RecordSchema.Of<Pipelines.Runs.RunRecord>(), Views.Internal),
                    [],
                    ("cache", Schema.ArrayOf(Schema.Of(
                        ("stage", Schema.Text), ("part", Schema.OrNull(Schema.Text)), ("result", Schema.OneOf("hit", "miss", "off")), ("run", Schema.OrNull(Schema.Text)), ("differs", Schema.OrNull(Schema.ArrayOf(Schema.Text)))))),
                    ("report?", Schema.Ref("CheckReport")))),
            ],
            Problems = [404],
        },
        new(nameof(RunFunctions.GetManifest), "What the run was made from and what every stage made, by hash; and what it took in time, processor and memory.")
        {
            Answers =
            [
                ApiAnswer.Ok("The manifest.", Schema.Of(
                    ("runId", Schema.RunId), ("manifestHash", Schema.Hash), ("manifest", Schema.Ref("RunManifest")), ("stages", Schema.Ref("RunStages")), ("hostVersion", Schema.OrNull(Schema.Text)))),
            ],
            Problems = [404, 409],
        },
        new(nameof(RunDiffFunctions.GetRunDiff), "What differs from run a to run b: data, spec, code, stages, metrics with intervals and paired tests, importance, and predictions that flipped, both models scored on one hold-out.")
        {
            Answers = [ApiAnswer.Ok("The comparison.", Schema.Ref("RunDiff"))],
            Problems = [404, 409, 410, 422],
        },
        new(nameof(RunFunctions.CancelRun), "Ends a run.")
        {
            Body = new(Schema.Ref("Actor")),
            Answers = [ApiAnswer.Ok("The cancelled run.", Schema.Ref("Run"))],
            Problems = [404, 409],
        },
        new(nameof(RunFunctions.ApproveRun), "Agrees to a promotion; the gates are measured again.")
        {
            Body = new(Schema.Ref("Actor")),
            Answers = [ApiAnswer.Accepted("The run, which goes on.", Schema.Ref("Run"))],
            Problems = [404, 409],
        },
        new(nameof(RunFunctions.RejectRun), "Does not agree to a promotion.")
        {
            Body = new(Schema.Ref("Actor")),
            Answers = [ApiAnswer.Ok("The run, completed without promotion.", Schema.Ref("Run"))],
            Problems = [404, 409],
        },
        new(nameof(RunFunctions.VerifyRun), "Repeats a run from its manifest and compares, bit by bit.")
        {
            Parameters = [ApiParameter.IdempotencyKey],
            Answers = [ApiAnswer.Accepted("The repetition, whose verification says what came of it.", Schema.Of(("runId", Schema.RunId), ("verifies", Schema.RunId), ("pipeline", Schema.Name), ("status", Components.Status())))],
            Problems = [404, 409, 410],
        },
    ];
}
