using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Specs;

/// <summary>Names of pipelines, and so of models: they become blob folders, table partitions and URL segments.</summary>
public static class PipelineName
{
    public const string Rule = "1 to 63 lower-case letters, digits and single hyphens, beginning and ending with a letter or digit";

    public static bool IsValid(string? name)
    {
        if (name is not { Length: >= 1 and <= 63 } || name[0] == '-' || name[^1] == '-' || name.Contains("--", StringComparison.Ordinal))
            return false;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }

        return true;
    }

    /// <exception cref="ProblemException">400: the name breaks the rule.</exception>
    public static string Require(string? name, string what = "pipeline")
    {
        if (IsValid(name))
            return name!;
        string shown = name is { Length: > 80 } ? name[..80] + "…" : name ?? "";
        throw ProblemException.BadRequest($"'{shown}' is not a {what} name.", $"A {what} name has {Rule}.");
    }
}
