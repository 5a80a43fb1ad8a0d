using MlServerless.Functions.Http;

namespace MlServerless.Functions.OpenApi;

internal static class DataOperations
{
    public static IEnumerable<ApiOperation> All() =>
    [
        new(nameof(DataVersionFunctions.GetDataVersion), "Where a data version came from, its check, its files and parts.")
        {
            Parameters = [ApiParameter.Pipeline],
            Answers = [ApiAnswer.Ok("The data version.", Schema.Ref("DataVersion"))],
            Problems = [404],
        },
        new(nameof(DataVersionFunctions.GetDataSchema), "The schema by which it was read, to be edited and put into the spec.")
        {
            Parameters = [ApiParameter.Pipeline],
            Answers = [ApiAnswer.Ok("The schema.", Schema.Ref("DataSchema"))],
            Problems = [404],
        },
        new(nameof(DataVersionFunctions.GetDataReport), "Findings, schema, figures of every column and lineage.")
        {
            Parameters = [ApiParameter.Pipeline, ApiParameter.Format],
            Answers = [ApiAnswer.OkOrPage("The report.", Schema.Ref("DataReport"))],
            Problems = [404, 410],
        },
        new(nameof(DataDiffFunctions.GetDataDiff), "What differs from data version a to data version b.")
        {
            Parameters =
            [
                ApiParameter.Pipeline,
                ApiParameter.Query("key", Schema.Text, "A column that tells which row is which; may stand several times, empty compares rows by their content."),
                ApiParameter.Format,
            ],
            Answers = [ApiAnswer.OkOrPage("The comparison.", Schema.Ref("DataDiff"))],
            Problems = [404, 410, 422],
        },
    ];
}
