namespace MlServerless.DevHost.Configuration;

/// <summary>One thing that is wrong in the app's files or settings: where, what, and how to mend it.</summary>
/// <param name="File">Path relative to the app folder, or the name of the source (<c>settings</c>).</param>
/// <param name="Line">1-based line in <paramref name="File"/>; null when the problem has no place in the text.</param>
internal sealed record ConfigurationProblem(string File, int? Line, string Message)
{
    public override string ToString() => Line is { } line ? $"{File}({line}): {Message}" : $"{File}: {Message}";
}
