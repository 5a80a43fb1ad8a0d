using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Build;

/// <summary>A folder of generated <c>{Function}/function.json</c> files. Files that would not change are not touched.</summary>
internal sealed class FunctionFolder(string path)
{
    private const string FileName = "function.json";

    public void Write(IReadOnlyList<FunctionDefinition> functions, string manifest)
    {
        Directory.CreateDirectory(path);
        foreach (var function in functions)
        {
            var folder = Directory.CreateDirectory(Path.Combine(path, function.Name));
            Replace(Path.Combine(folder.FullName, FileName), FunctionJson.Of(function));
        }

        var names = functions.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var stale in Directory.GetDirectories(path).Where(d => !names.Contains(Path.GetFileName(d))))
        {
            Directory.Delete(stale, recursive: true);
        }

        // Written last and always: its time tells the build that this folder is up to date.
        Replace(manifest, string.Concat(functions.Select(f => $"{f.Name}/{FileName}\n")), always: true);
    }

    /// <summary>By way of a neighbour and a rename, so that a build at the same time never reads half a file.</summary>
    private static void Replace(string file, string content, bool always = false)
    {
        if (!always && File.Exists(file) && File.ReadAllText(file) == content)
        {
            return;
        }

        var temporary = $"{file}.{Environment.ProcessId}.tmp";
        File.WriteAllText(temporary, content);
        File.Move(temporary, file, overwrite: true);
    }
}
