using System.Text.Json.Nodes;
using MlServerless.Functions.Http;

namespace MlServerless.Functions.OpenApi;

internal static class ModelOperations
{
    public static IEnumerable<ApiOperation> All() =>
    [
        new(nameof(RegistryFunctions.ListModels), "The models, their latest versions and aliases.")
        {
            Parameters = [ApiParameter.Limit(50, 500), ApiParameter.After],
            Answers = [ApiAnswer.Ok("A page of models.", Schema.Page("models", Schema.Of(("name", Schema.Name), ("latestVersion", Schema.Whole), ("aliases", Schema.MapOf(Schema.Whole)))))],
        },
        new(nameof(ModelFunctions.GetModel), "Versions, aliases, metrics, lineage and log of a model.")
        {
            Answers =
            [
                ApiAnswer.Ok("The model.", Schema.Of(
                    ("name", Schema.Name), ("aliases", Schema.MapOf(Schema.Whole)), ("versions", Schema.ArrayOf(Schema.Ref("ModelVersion"))), ("log", Schema.ArrayOf(Schema.Ref("LogEntry"))))),
            ],
            Problems = [404],
        },
        new(nameof(RegistryFunctions.ListVersions), "Versions, the newest first.")
        {
            Parameters = [ApiParameter.Limit(50, 500), ApiParameter.After],
            Answers = [ApiAnswer.Ok("A page of versions.", Schema.Page("versions", Schema.Ref("ModelVersion"), ("model", Schema.Name)))],
            Problems = [404],
        },
        new(nameof(RegistryFunctions.GetModelVersion), "A version, the aliases that point to it, and what it relies on.")
        {
            Answers =
            [
                ApiAnswer.Ok("The version.", Schema.Changed(Components.All()["NamedVersion"]!.DeepClone().AsObject(), [], ("importance", Schema.OrNull(Schema.Of(
                    ("rows", Schema.Whole), ("columns", Schema.ArrayOf(Schema.Of(("column", Schema.Text), ("meanAbsolute", Schema.Number), ("gain?", Schema.Number))))))))),
            ],
            Problems = [404],
        },
        new(nameof(RegistryFunctions.PatchVersion), "Changes tags and notes (JSON merge patch, RFC 7396).")
        {
            Body = new(Schema.Of(("tags?", Schema.MapOf(Schema.OrNull(Schema.Text))), ("notes?", Schema.OrNull(Schema.Text)))),
            Answers = [ApiAnswer.Ok("The version.", Schema.Ref("NamedVersion"))],
            Problems = [404],
        },
        new(nameof(ModelCardFunctions.GetModelCard), "What is known of a version: purpose, metrics with intervals, slices, calibration, gates, lineage and limits.")
        {
            Parameters = [ApiParameter.Format],
            Answers = [ApiAnswer.OkOrPage("The model card.", Schema.Ref("ModelCard"))],
            Problems = [404],
        },
        new(nameof(OnnxFunctions.GetOnnx), "The version with its preprocessing as an ONNX file.")
        {
            Parameters = [ApiParameter.Query("numbers", Schema.OneOf("float", "double"), "The type of numeric inputs."), new("If-None-Match", "header", Schema.Text, "The ETag of a file that is already there.")],
            Answers = [new(200, "The file.", null, "application/octet-stream"), new(304, "It is the file that is already there.", null)],
            Problems = [404, 422],
        },
        new(nameof(RegistryFunctions.ListAliases), "Where the aliases of a model point.")
        {
            Answers = [ApiAnswer.Ok("Its aliases.", Schema.Of(("model", Schema.Name), ("aliases", Schema.ArrayOf(Schema.Ref("Alias")))))],
            Problems = [404],
        },
        new(nameof(RegistryFunctions.GetAlias), "Where an alias points.")
        {
            Answers = [ApiAnswer.Ok("The alias, with its ETag.", Schema.Ref("Alias"))],
            Problems = [404],
        },
        new(nameof(RegistryFunctions.PutAlias), "Points an alias to a version; with If-Match where the alias exists.")
        {
            Parameters = [ApiParameter.IfMatch],
            Body = new(Schema.Of(("version", Schema.Whole), ("who?", Schema.Text), ("why", Schema.Text))),
            Answers = [ApiAnswer.Ok("The alias has moved.", Schema.Ref("Alias")), new(201, "The alias is new.", Schema.Ref("Alias"), ApiAnswer.Json)],
            Problems = [404, 412],
        },
        new(nameof(RegistryFunctions.DeleteAlias), "Takes an alias away.")
        {
            Parameters = [ApiParameter.IfMatch],
            Body = new(Schema.Ref("Actor")),
            Answers = [new(204, "It is gone.", null)],
            Problems = [404, 409, 412],
        },
        new(nameof(PromotionFunctions.GetHistory), "The promotion log, the newest entry first; with ?at= where an alias pointed then.")
        {
            Parameters = [ApiParameter.Query("at", Schema.Time, "A moment."), ApiParameter.Query("alias", Schema.Name, "With at: the alias, champion where it is left out."), ApiParameter.Limit(50, 500), ApiParameter.After],
            Answers = [ApiAnswer.Ok("A page of entries, or what was at a moment.", new JsonObject { ["oneOf"] = new JsonArray(Schema.Page("history", Schema.Ref("LogEntry"), ("model", Schema.Name)), Moment()) })],
            Problems = [404],
        },
        new(nameof(PromotionFunctions.VerifyHistory), "Computes the log's chain of hashes anew and compares it with what was anchored.")
        {
            Answers = [ApiAnswer.Ok("Whether it is as it was written, and every fault.", Schema.Ref("ChainVerification"))],
            Problems = [404],
        },
        new(nameof(PromotionFunctions.RollBack), "Makes the champion before champion again, or a named version.")
        {
            Parameters = [ApiParameter.IfMatch, ApiParameter.IdempotencyKey],
            Body = new(Schema.Of(("version?", Schema.Whole), ("who?", Schema.Text), ("why", Schema.Text))),
            Answers = [ApiAnswer.Ok("The alias champion.", Schema.Ref("Alias"))],
            Problems = [404, 409, 412],
        },
    ];

    private static JsonObject Moment() => Schema.Of(
        ("model", Schema.Name),
        ("alias", Schema.Name),
        ("at", Schema.Time),
        ("version", Schema.OrNull(Schema.Whole)),
        ("hash", Schema.OrNull(Schema.Hash)),
        ("since", Schema.OrNull(Schema.Time)),
        ("entry", Schema.OrNull(Schema.Ref("LogEntry"))));
}
