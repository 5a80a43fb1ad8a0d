using MlServerless.Functions.Http;

namespace MlServerless.Functions.OpenApi;

internal static class WatchOperations
{
    public static IEnumerable<ApiOperation> All() =>
    [
        new(nameof(DriftFunctions.GetDrift), "The latest drift report.")
        {
            Parameters = [ApiParameter.Format],
            Answers = [ApiAnswer.OkOrPage("The report.", Schema.Ref("DriftReport"))],
            Problems = [404],
        },
        new(nameof(DriftFunctions.ListDriftWindows), "The closed windows with verdict and what followed.")
        {
            Answers =
            [
                ApiAnswer.Ok("The windows.", Schema.Of(("windows", Schema.ArrayOf(Schema.Of(
                    ("version", Schema.Whole),
                    ("window", Schema.Text),
                    ("verdict", Schema.Text),
                    ("reason", Schema.OrNull(Schema.Text)),
                    ("rows", Schema.Whole),
                    ("reportHash", Schema.Hash),
                    ("action", Schema.OrNull(Components.DriftAction()))))))),
            ],
            Problems = [404],
        },
        new(nameof(DriftFunctions.GetDriftWindow), "The report of one window.")
        {
            Parameters = [ApiParameter.Format],
            Answers = [ApiAnswer.OkOrPage("The report.", Schema.Ref("DriftReport"))],
            Problems = [404],
        },
        new(nameof(DriftFunctions.RunDrift), "A drift report now, on recent predictions or on a data version.")
        {
            Parameters = [ApiParameter.Format],
            Body = new(Schema.Of(("dataVersion?", Schema.Hash)), IsRequired: false),
            Answers = [ApiAnswer.OkOrPage("The report.", Schema.Ref("DriftReport"))],
            Problems = [404, 409, 410],
        },
        new(nameof(AlertFunctions.ListAlerts), "Alerts, open ones first.")
        {
            Parameters =
            [
                ApiParameter.Query("pipeline", Schema.Name, "Only of this pipeline."), ApiParameter.Query("state", Schema.OneOf("open", "resolved", "all"), "Only those."), ApiParameter.Limit(100, 1000), ApiParameter.After,
            ],
            Answers = [ApiAnswer.Ok("A page of alerts.", Schema.Page("alerts", Schema.Ref("Alert")))],
        },
    ];
}
