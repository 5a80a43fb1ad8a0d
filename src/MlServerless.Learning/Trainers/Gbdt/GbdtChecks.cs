using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning.Parameters;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Whether the settings of trees fit the data: what only the data can tell.</summary>
internal static class GbdtChecks
{
    public const string Monotone = "monotone";
    public const string ClassWeights = "classWeights";

    public static IReadOnlyList<SpecError> Check(TrainingSet set, ParameterSet parameters) =>
        [.. MonotoneProblems(set, parameters), .. ClassProblems(set, parameters)];

    /// <summary>The constraint of each slot: 1, −1 or 0; null where there is none at all.</summary>
    public static int[]? Directions(Preprocessor preprocessor, ParameterSet parameters)
    {
        if (parameters.Find(Monotone) is not { } monotone)
            return null;
        int[] directions = new int[preprocessor.Slots.Count];
        foreach (JsonProperty feature in monotone.EnumerateObject())
        {
            int input = IndexOf(preprocessor, feature.Name);
            directions[preprocessor.FirstSlot(input)] = feature.Value.GetString() == DirectionsParameter.Increasing ? 1 : -1;
        }
        return directions;
    }

    private static IEnumerable<SpecError> MonotoneProblems(TrainingSet set, ParameterSet parameters)
    {
        if (parameters.Find(Monotone) is not { } monotone)
            yield break;
        if (set.Task == LearningTask.Multiclass)
            yield return new SpecError(Monotone, "'monotone' cannot be kept for several classes at once: as one probability rises, others fall. Remove it, or make the task binary.");
        foreach (JsonProperty feature in monotone.EnumerateObject())
        {
            string path = $"{Monotone}.{feature.Name}";
            int input = IndexOf(set.Preprocessor, feature.Name);
            if (input < 0)
                yield return new SpecError(path, Unknown("feature", feature.Name, set.Preprocessor.Inputs.Select(i => i.Name)));
            else if (set.Preprocessor.Inputs[input] is not NumberEncoder)
                yield return new SpecError(path, $"The feature '{feature.Name}' is of type {set.Preprocessor.Inputs[input].Type}; only integers, numbers and booleans have an order that 'monotone' can follow.");
        }
    }

    private static IEnumerable<SpecError> ClassProblems(TrainingSet set, ParameterSet parameters)
    {
        if (parameters.Find(ClassWeights) is not { } weights)
            yield break;
        if (set.Task == LearningTask.Regression)
        {
            yield return new SpecError(ClassWeights, "'classWeights' is for classes; a regression has none. Remove it, or use weightColumn.");
            yield break;
        }
        if (weights.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (JsonProperty weight in weights.EnumerateObject())
            if (!set.ClassLabels.Contains(weight.Name, StringComparer.Ordinal))
                yield return new SpecError($"{ClassWeights}.{weight.Name}", Unknown("class", weight.Name, set.ClassLabels));
    }

    private static string Unknown(string kind, string name, IEnumerable<string> known) =>
        $"There is no {kind} '{name}'{(NearestName.Hint(name, known) is { } hint ? $"; {hint}" : $". Known are: {string.Join(", ", known.Take(20))}.")}";

    private static int IndexOf(Preprocessor preprocessor, string name)
    {
        for (int i = 0; i < preprocessor.Inputs.Count; i++)
            if (preprocessor.Inputs[i].Name == name)
                return i;
        return -1;
    }
}
