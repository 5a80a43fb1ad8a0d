namespace MlServerless.Worker.Build;

/// <param name="Assembly">The function app's compiled assembly.</param>
/// <param name="References">File with one path of a referenced assembly a line.</param>
/// <param name="HostJson">The app's host.json; need not exist.</param>
/// <param name="Output">Folder that gets <c>{Function}/function.json</c>, and nothing else.</param>
/// <param name="Manifest">File that lists the written files, one path relative to <paramref name="Output"/> a line.</param>
internal sealed record GenerateArguments(string Assembly, string References, string HostJson, string Output, string Manifest)
{
    public static GenerateArguments? Parse(string[] args)
        => args is [var assembly, var references, var hostJson, var output, var manifest]
            ? new(assembly, references, hostJson, output, manifest)
            : null;
}
