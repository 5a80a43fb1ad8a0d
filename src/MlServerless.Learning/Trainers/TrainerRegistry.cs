using MlServerless.Data;
using MlServerless.Learning.Parameters;
using MlServerless.Learning.Trainers.Gbdt;
using MlServerless.Learning.Trainers.Linear;

namespace MlServerless.Learning.Trainers;

/// <summary>The trainers that a spec can name.</summary>
internal static class TrainerRegistry
{
    private static readonly ITrainer[] All = [new LinearTrainer(), new GbdtTrainer()];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(t => t.Name)];

    public static ITrainer? Find(string name) => Array.Find(All, t => t.Name == name);

    /// <summary>What to tell somebody who named a trainer that does not exist.</summary>
    public static string Unknown(string name)
    {
        string known = string.Join(", ", Names);
        return NearestName.Find(name, Names) is { } near
            ? $"There is no trainer '{name}'; did you mean '{near}'? Known are: {known}."
            : $"There is no trainer '{name}'. Known are: {known}.";
    }
}
