using System.Reflection;
using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Build;

/// <summary>
/// Writes function.json for every function of a compiled app. The assembly is read as metadata, never run: it may be meant for another
/// operating system than the one that builds it.
/// </summary>
internal static class GenerateFunctions
{
    /// <returns>0, or 1 after errors in the form that MSBuild recognizes were written.</returns>
    public static int Run(string[] args, TextWriter log)
    {
        if (GenerateArguments.Parse(args) is not { } arguments)
        {
            return Fail(log, "usage: MlServerless.Worker.Build ASSEMBLY REFERENCES HOSTJSON OUTPUT MANIFEST");
        }

        try
        {
            return Generate(arguments, log);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or BadImageFormatException or UnauthorizedAccessException or TypeLoadException)
        {
            return Fail(log, e.Message);
        }
    }

    private static int Generate(GenerateArguments arguments, TextWriter log)
    {
        var settings = HostSettings.Read(arguments.HostJson);
        var paths = File.ReadAllLines(arguments.References).Where(p => p.Length > 0 && File.Exists(p)).Append(arguments.Assembly);
        using var context = new MetadataLoadContext(new PathAssemblyResolver(paths), CoreAssemblyName(paths));
        var set = FunctionSet.Read(context.LoadFromAssemblyPath(Path.GetFullPath(arguments.Assembly)).GetTypes(), settings.RoutePrefix);
        foreach (var error in set.Errors)
        {
            Fail(log, error);
        }

        if (set.Errors.Count > 0)
        {
            return 1;
        }

        new FunctionFolder(arguments.Output).Write(set.Functions, arguments.Manifest);
        return 0;
    }

    private static string CoreAssemblyName(IEnumerable<string> paths)
        => paths.Any(p => Path.GetFileName(p).Equals("System.Runtime.dll", StringComparison.OrdinalIgnoreCase)) ? "System.Runtime" : "System.Private.CoreLib";

    private static int Fail(TextWriter log, string message)
    {
        log.WriteLine($"MlServerless.Worker : error MLSW0001: {message}");
        return 1;
    }
}
