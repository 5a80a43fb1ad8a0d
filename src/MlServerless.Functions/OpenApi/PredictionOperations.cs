using System.Text.Json.Nodes;
using MlServerless.Functions.Http;

namespace MlServerless.Functions.OpenApi;

internal static class PredictionOperations
{
    private static ApiParameter ModelVersion => new(PredictionCalls.VersionHeader, "header", Schema.Whole, "Another version than the champion, for operators.");

    private static ApiParameter VersionInQuery => ApiParameter.Query("version", Schema.Whole, "Another version than the champion, for operators.");

    public static IEnumerable<ApiOperation> All() =>
    [
        new(nameof(PredictionFunctions.Predict), "Predictions for one row or an array of rows.")
        {
            Parameters = [ApiParameter.Query("explain", Schema.Flag, "What each column added to a prediction."), VersionInQuery, ModelVersion],
            Body = new(new JsonObject { ["oneOf"] = new JsonArray(Row(), Schema.ArrayOf(Row())) }),
            Answers = [ApiAnswer.Ok("Predictions in the order of the rows.", Schema.Ref("Predictions"))],
            Problems = [404, 503],
        },
        new(nameof(PredictionFunctions.PredictInstances), "Predictions in the V1 inference protocol.")
        {
            Parameters = [VersionInQuery, ModelVersion],
            Body = new(Schema.Of(("instances", Schema.ArrayOf(Schema.Any)))),
            Answers = [ApiAnswer.Ok("Predictions in the order of the instances.", Schema.Of(("predictions", Schema.ArrayOf(Schema.Ref("Prediction")))))],
            Problems = [404, 503],
            Errors = ErrorForm.Text,
        },
        new(nameof(PredictionFunctions.ExplainInstances), "The same, with what each column added.")
        {
            Parameters = [VersionInQuery, ModelVersion],
            Body = new(Schema.Of(("instances", Schema.ArrayOf(Schema.Any)))),
            Answers = [ApiAnswer.Ok("Explanations in the order of the instances.", new JsonObject { ["type"] = "object" })],
            Problems = [404, 503],
            Errors = ErrorForm.Text,
        },
        new(nameof(ModelDocumentFunctions.ListServedModels), "The models, in the V1 inference protocol.") { Answers = [ApiAnswer.Ok("Their names.", Schema.Of(("models", Schema.ArrayOf(Schema.Name))))] },
        new(nameof(ModelDocumentFunctions.GetModelReady), "Whether a model can be asked, in the V1 inference protocol.")
        {
            Answers = [ApiAnswer.Ok("It can.", Ready())],
            Problems = [404, 503],
            Errors = ErrorForm.Text,
        },
        new(nameof(ModelDocumentFunctions.GetModelOpenApi), "The model's calls as OpenAPI 3.1, with its columns and an example row.")
        {
            Answers = [ApiAnswer.Ok("An OpenAPI document.", new JsonObject { ["type"] = "object", ["required"] = new JsonArray("openapi", "paths") })],
            Problems = [404, 503],
        },
        new(nameof(FeedbackFunctions.TakeFeedback), "What turned out to be true, by the ids of predictions.")
        {
            Body = new(Schema.Of(("feedback", Schema.ArrayOf(Schema.Of(("id", Schema.Text), ("label", Schema.Any)))))),
            Answers = [ApiAnswer.Ok("How many were taken.", Schema.Of(("taken", Schema.Whole)))],
            Problems = [404],
        },
        new(nameof(InferFunctions.GetServer), "The server, in the Open Inference Protocol v2.") { Answers = [ApiAnswer.Ok("Name and version.", Schema.Of(("name", Schema.Text), ("version", Schema.Text), ("extensions", Schema.ArrayOf(Schema.Text))))] },
        new(nameof(InferFunctions.GetServerLive), "Whether the server lives.") { Answers = [ApiAnswer.Ok("It does.", Schema.Of(("live", Schema.Flag)))] },
        new(nameof(InferFunctions.GetServerReady), "Whether the server can be asked.")
        {
            Answers = [ApiAnswer.Ok("It can.", Schema.Of(("ready", Schema.Flag))), new(503, "It cannot.", Schema.Of(("ready", Schema.Flag)), ApiAnswer.Json)],
        },
        Metadata(nameof(InferFunctions.GetInferModel)),
        Metadata(nameof(InferFunctions.GetInferVersion)),
        IsReady(nameof(InferFunctions.GetInferModelReady)),
        IsReady(nameof(InferFunctions.GetInferVersionReady)),
        Infer(nameof(InferFunctions.Infer), [VersionInQuery, ModelVersion]),
        Infer(nameof(InferFunctions.InferVersion), []),
        new(nameof(MlflowFunctions.Invocations), "Predictions as MLflow's scoring server gives them, by the model of MlServerless__DefaultModel.")
        {
            Parameters = [VersionInQuery, ModelVersion],
            Body = new(new JsonObject { ["type"] = "object", ["description"] = "One of dataframe_split, dataframe_records, instances, inputs." }, true, "text/csv"),
            Answers = [ApiAnswer.Ok("Predictions.", Schema.Of(("predictions", Schema.Any)))],
            Problems = [404, 415, 503],
            Errors = ErrorForm.Mlflow,
        },
    ];

    private static JsonObject Row() => new() { ["type"] = "object", ["description"] = "Column → value." };

    private static JsonObject Ready() => Schema.Of(("name", Schema.Name), ("ready", Schema.Flag));

    private static ApiOperation Metadata(string function) => new(function, "A model's tensors, in the Open Inference Protocol v2.")
    {
        Answers =
        [
            ApiAnswer.Ok("Its metadata.", Schema.Of(
                ("name", Schema.Name),
                ("versions", Schema.ArrayOf(Schema.Text)),
                ("platform", Schema.Text),
                ("inputs", Schema.ArrayOf(Schema.Ref("TensorMetadata"))),
                ("outputs", Schema.ArrayOf(Schema.Ref("TensorMetadata"))))),
        ],
        Problems = [404, 503],
        Errors = ErrorForm.Text,
    };

    private static ApiOperation IsReady(string function) => new(function, "Whether a model can be asked, in the Open Inference Protocol v2.")
    {
        Answers = [ApiAnswer.Ok("It can.", Ready())],
        Problems = [404, 503],
        Errors = ErrorForm.Text,
    };

    private static ApiOperation Infer(string function, IReadOnlyList<ApiParameter> parameters) => new(function, "Predictions in the Open Inference Protocol v2: a tensor for every column.")
    {
        Parameters = parameters,
        Body = new(Schema.Of(("id?", Schema.Text), ("parameters?", Schema.Any), ("inputs", Schema.ArrayOf(Schema.Ref("Tensor"))), ("outputs?", Schema.ArrayOf(Schema.Of(("name", Schema.Text), ("parameters?", Schema.Any)))))),
        Answers =
        [
            ApiAnswer.Ok("A tensor for every output.", Schema.Of(
                ("model_name", Schema.Name), ("model_version", Schema.Text), ("id?", Schema.Text), ("parameters?", Schema.Any), ("outputs", Schema.ArrayOf(Schema.Ref("Tensor"))))),
        ],
        Problems = [404, 503],
        Errors = ErrorForm.Text,
    };
}
