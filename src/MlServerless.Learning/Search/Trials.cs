using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Search;

/// <summary>
/// Makes the trials of a search: the settings of one model each. Equal searches give equal trials in equal order, on every machine;
/// the order of the settings in the spec does not matter.
/// </summary>
public static class Trials
{
    private const int DrawsPerTrial = 20;

    /// <summary>How many trials a grid has.</summary>
    public static long CountGrid(IReadOnlyDictionary<string, ParameterChoices> spaces)
    {
        ArgumentNullException.ThrowIfNull(spaces);
        long count = 1;
        foreach (ParameterChoices choices in spaces.Values)
            count = Math.Min(count * choices.Values.Count, int.MaxValue);
        return count;
    }

    /// <summary>Every combination, the setting whose name comes last changing first.</summary>
    /// <param name="settings">Settings that all trials share.</param>
    public static IReadOnlyList<JsonObject> Grid(JsonObject? settings, IReadOnlyDictionary<string, ParameterChoices> spaces)
    {
        ArgumentNullException.ThrowIfNull(spaces);
        string[] names = [.. spaces.Keys.Order(StringComparer.Ordinal)];
        var trials = new JsonObject[CountGrid(spaces)];
        for (int t = 0; t < trials.Length; t++)
        {
            trials[t] = Copy(settings);
            int stride = trials.Length;
            foreach (string name in names)
            {
                IReadOnlyList<JsonNode> values = spaces[name].Values;
                stride /= values.Count;
                trials[t][name] = values[t / stride % values.Count].DeepClone();
            }
        }
        return trials;
    }

    /// <summary>
    /// Different trials, drawn at random; fewer where the spaces hold fewer, or so few more that they are not met. What is drawn for a
    /// setting depends on the seed, its name and the number of the draw alone, so that one more setting leaves the others as they are.
    /// </summary>
    public static IReadOnlyList<JsonObject> Random(JsonObject? settings, IReadOnlyDictionary<string, ParameterSpace> spaces, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(spaces);
        string[] names = [.. spaces.Keys.Order(StringComparer.Ordinal)];
        ulong[] streams = [.. names.Select(Stream)];
        List<JsonObject> trials = [];
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (int draw = 0; trials.Count < count && draw < count * DrawsPerTrial; draw++)
        {
            JsonObject trial = Copy(settings);
            for (int i = 0; i < names.Length; i++)
                trial[names[i]] = Draw(spaces[names[i]], new SeededGenerator(seed, SplitMix.At(streams[i], (ulong)draw)).NextDouble());
            if (known.Add(trial.ToJsonString()))
                trials.Add(trial);
        }
        return trials;
    }

    /// <param name="share">From 0 to below 1.</param>
    private static JsonNode Draw(ParameterSpace space, double share)
    {
        if (space is ParameterChoices choices)
            return choices.Values[(int)(share * choices.Values.Count)].DeepClone();
        var range = (ParameterRange)space;
        double end = range.IsInteger ? range.Max + 1 : range.Max;
        double value = range.IsLogarithmic
            ? DeterministicMath.Exp(DeterministicMath.Log(range.Min) + share * (DeterministicMath.Log(end) - DeterministicMath.Log(range.Min)))
            : range.Min + share * (end - range.Min);
        return Math.Clamp(range.IsInteger ? Math.Floor(value) : Shorten(value), range.Min, range.Max);
    }

    /// <summary>Four digits: more tell people nothing, and models hardly anything.</summary>
    private static double Shorten(double value) =>
        double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static ulong Stream(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (byte unit in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ unit) * 1099511628211;
        return hash;
    }

    private static JsonObject Copy(JsonObject? settings) => settings?.DeepClone().AsObject() ?? [];
}
