using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Registry;

/// <summary>Names of aliases: like those of pipelines, but never a number, which would read as a version.</summary>
public static class AliasName
{
    public const string Rule = PipelineName.Rule + ", and at least one that is no digit";

    public static bool IsValid(string? name) => PipelineName.IsValid(name) && !name!.All(char.IsAsciiDigit);

    /// <exception cref="ProblemException">400: the name breaks the rule.</exception>
    public static string Require(string? name)
    {
        if (IsValid(name))
            return name!;
        string shown = name is { Length: > 80 } ? name[..80] + "…" : name ?? "";
        throw ProblemException.BadRequest($"'{shown}' is not a name of an alias.", $"The name of an alias has {Rule}, e.g. challenger.");
    }
}
