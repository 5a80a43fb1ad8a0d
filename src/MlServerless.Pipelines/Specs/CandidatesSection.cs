using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>candidates</c>. A candidate with a search becomes its trials, each a candidate of its own.</summary>
internal static class CandidatesSection
{
    /// <summary>Candidates and trials together: each is a training.</summary>
    public const int MaxCandidates = 64;

    private const int MaxNameLength = 40;

    public static List<CandidateSpec> Read(SpecReader reader, List<ProblemDetail> errors)
    {
        var candidates = new List<CandidateSpec>();
        if (reader.Find("candidates") is not { } array)
        {
            reader.Fail("candidates", "is missing: add an array of candidates, e.g. [{\"name\":\"trees\",\"trainer\":\"gbdt\"}].");
            return candidates;
        }

        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() is 0 or > MaxCandidates)
        {
            reader.Fail("candidates", $"expected an array of 1 to {MaxCandidates} candidates.");
            return candidates;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((int index, JsonElement item) in array.EnumerateArray().Index())
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"$.candidates[{index}]");
            var candidate = new SpecReader(item, path, errors);
            if (!candidate.IsObject)
                candidate.Fail(null, $"expected an object, found {SpecReader.Describe(item)}.");
            else
                candidates.AddRange(ReadCandidate(candidate, path, names, errors));
        }

        if (candidates.Count > MaxCandidates)
            reader.Fail("candidates", string.Create(CultureInfo.InvariantCulture, $"make {candidates.Count} trainings together, trials included; at most {MaxCandidates} are made in a run. Search fewer values, or at random with fewer trials."));
        return candidates;
    }

    private static IReadOnlyList<CandidateSpec> ReadCandidate(SpecReader candidate, string path, HashSet<string> names, List<ProblemDetail> errors)
    {
        string trainer = candidate.RequiredString("trainer", $"one of {string.Join(", ", ModelTrainer.TrainerNames)}");
        string name = candidate.String("name", MaxNameLength) ?? trainer;
        if (name.Length > 0 && !PipelineName.IsValid(name))
            candidate.Fail("name", $"'{name}' is not a candidate name: {PipelineName.Rule}.");
        JsonObject? parameters = candidate.Find("parameters") is { } value ? ReadParameters(candidate, value) : null;
        bool known = ModelTrainer.TrainerNames.Contains(trainer, StringComparer.Ordinal);
        if (trainer.Length > 0 && !known)
            candidate.Fail("trainer", $"'{trainer}' is no trainer here; use one of {string.Join(", ", ModelTrainer.TrainerNames)}.");
        else if (trainer.Length > 0)
            errors.AddRange(ModelTrainer.ValidateParameters(trainer, parameters).Select(error => new ProblemDetail($"{path}.parameters.{error.Path}", error.Message)));
        bool searches = candidate.Find("search") is not null;
        JsonObject?[] settings = searches ? [.. SearchSection.Read(candidate.Object("search"), known ? trainer : null, parameters)] : [parameters];
        candidate.RefuseUnknown();

        int digits = settings.Length.ToString(CultureInfo.InvariantCulture).Length;
        List<CandidateSpec> made = [.. settings.Select((own, index) => new CandidateSpec(
            searches ? string.Create(CultureInfo.InvariantCulture, $"{name}-{(index + 1).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}") : name, trainer, own))];
        if (made.Count > 0 && made[0].Name.Length > MaxNameLength)
            candidate.Fail("name", $"'{name}' is too long for its trials to be numbered; use at most {MaxNameLength - digits - 1} characters.");
        if (made.FirstOrDefault(other => !names.Add(other.Name)) is { } twice)
            candidate.Fail("name", $"two candidates are named '{twice.Name}'; give each its own name.");
        return made;
    }

    private static JsonObject? ReadParameters(SpecReader candidate, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
            return (JsonObject)JsonNode.Parse(value.GetRawText())!;
        candidate.Fail("parameters", $"expected an object, found {SpecReader.Describe(value)}.");
        return null;
    }
}
