using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Learning;
using MlServerless.Learning.Search;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>search</c> of a candidate and makes its trials: all combinations of a grid, or some drawn at random.</summary>
internal static class SearchSection
{
    private const string Grid = "grid";
    private const string Random = "random";
    private const long DefaultSeed = 1;

    /// <param name="trainer">Null where the candidate names none that exists: its parameters cannot be checked then.</param>
    /// <param name="settings">The parameters that all trials share.</param>
    /// <returns>The parameters of every trial; empty where there are faults.</returns>
    public static IReadOnlyList<JsonObject> Read(SpecReader reader, string? trainer, JsonObject? settings)
    {
        string kind = reader.RequiredString("kind", $"\"{Grid}\" or \"{Random}\"");
        if (kind is not ("" or Grid or Random))
            reader.Fail("kind", $"'{kind}' is none of {Grid}, {Random}.");
        int? trials = (int?)reader.Integer("trials", 1, CandidatesSection.MaxCandidates);
        long? seed = reader.Integer("seed", 0, 9_007_199_254_740_991);
        foreach (string field in new[] { "trials", "seed" }.Where(field => kind == Grid && reader.Find(field) is not null))
            reader.Fail(field, "goes with kind random only: a grid tries every combination. Remove it.");
        if (kind == Random && reader.Find("trials") is null)
            reader.Fail("trials", $"is missing: say how many trials to make, 1 to {CandidatesSection.MaxCandidates}.");

        SpecReader parameters = reader.Object("parameters");
        var spaces = new Dictionary<string, ParameterSpace>(StringComparer.Ordinal);
        bool complete = true;
        foreach ((string name, JsonElement value) in parameters.Fields())
        {
            if (settings?.ContainsKey(name) == true)
                parameters.Fail(name, "is searched, and set for all trials in 'parameters' too; remove one of them.");
            ParameterSpace? space = value.ValueKind == JsonValueKind.Array
                ? ReadChoices(parameters, name, value, trainer)
                : ReadRange(parameters, name, value, trainer, kind == Grid);
            complete &= space is not null;
            if (space is not null)
                spaces[name] = space;
        }
        if (!parameters.Fields().Any())
            reader.Fail("parameters", "is missing: name the parameters to search, e.g. {\"maxLeaves\":[15,31,63]}.");
        reader.RefuseUnknown();
        if (!complete || spaces.Count == 0)
            return [];
        return kind switch
        {
            Grid => OfGrid(reader, settings, spaces),
            Random when trials is { } count => Trials.Random(settings, spaces, count, (ulong)(seed ?? DefaultSeed)),
            _ => [],
        };
    }

    private static IReadOnlyList<JsonObject> OfGrid(SpecReader reader, JsonObject? settings, Dictionary<string, ParameterSpace> spaces)
    {
        Dictionary<string, ParameterChoices> choices = spaces.ToDictionary(space => space.Key, space => (ParameterChoices)space.Value, StringComparer.Ordinal);
        long count = Trials.CountGrid(choices);
        if (count <= CandidatesSection.MaxCandidates)
            return Trials.Grid(settings, choices);
        reader.Fail("parameters", string.Create(CultureInfo.InvariantCulture,
            $"make a grid of {count} trials; at most {CandidatesSection.MaxCandidates} trainings are made in a run. Name fewer values, or set kind to {Random} with a number of trials."));
        return [];
    }

    private static ParameterChoices? ReadChoices(SpecReader parameters, string name, JsonElement value, string? trainer)
    {
        if (value.GetArrayLength() is 0 or > CandidatesSection.MaxCandidates || value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Null))
        {
            parameters.Fail(name, $"expected an array of 1 to {CandidatesSection.MaxCandidates} values.");
            return null;
        }
        JsonNode[] values = [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number ? item.GetDouble() : JsonNode.Parse(item.GetRawText())!)];
        bool valid = Check(parameters, name, trainer, values);
        if (values.Select(item => item.ToJsonString()).Distinct(StringComparer.Ordinal).Count() != values.Length)
        {
            parameters.Fail(name, "holds the same value twice: remove one.");
            valid = false;
        }
        return valid ? new ParameterChoices(values) : null;
    }

    private static ParameterRange? ReadRange(SpecReader parameters, string name, JsonElement value, string? trainer, bool isGrid)
    {
        if (value.ValueKind != JsonValueKind.Object || isGrid)
        {
            parameters.Fail(name, isGrid
                ? $"expected an array of values to try, found {SpecReader.Describe(value)}; ranges go with kind {Random}."
                : $"expected an array of values, or a range such as {{\"min\":0.01,\"max\":0.3,\"scale\":\"log\"}}, found {SpecReader.Describe(value)}.");
            return null;
        }
        SpecReader range = parameters.Object(name);
        double? min = Bound(range, "min", "the least value");
        double? max = Bound(range, "max", "the greatest value");
        string scale = range.String("scale") ?? "linear";
        bool valid = min is not null && max is not null;
        if (scale is not ("linear" or "log"))
        {
            range.Fail("scale", $"'{scale}' is none of linear, log.");
            valid = false;
        }
        if (min >= max)
        {
            range.Fail("max", "must be greater than min.");
            valid = false;
        }
        if (scale == "log" && min <= 0)
        {
            range.Fail("min", "must be greater than 0 on a log scale.");
            valid = false;
        }
        range.RefuseUnknown();
        valid = valid && Check(parameters, name, trainer, [min!.Value, max!.Value]);
        return valid ? new ParameterRange(min!.Value, max!.Value, scale == "log", trainer is not null && ModelTrainer.IsInteger(trainer, name)) : null;
    }

    private static double? Bound(SpecReader range, string field, string meaning)
    {
        if (range.Find(field) is not null)
            return range.Number(field, double.NegativeInfinity, double.PositiveInfinity);
        range.Fail(field, $"is missing: add {meaning}.");
        return null;
    }

    /// <summary>Whether the trainer takes these values; what it does not take is told once for every value.</summary>
    private static bool Check(SpecReader parameters, string name, string? trainer, JsonNode[] values)
    {
        if (trainer is null)
            return false;
        string[] faults = [.. values
            .SelectMany(value => ModelTrainer.ValidateParameters(trainer, new JsonObject { [name] = value.DeepClone() }))
            .Select(error => error.Message)
            .Distinct(StringComparer.Ordinal)];
        foreach (string fault in faults)
            parameters.Fail(name, fault);
        return faults.Length == 0;
    }
}
