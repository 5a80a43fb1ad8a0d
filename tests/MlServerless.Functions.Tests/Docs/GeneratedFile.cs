namespace MlServerless.Functions.Tests.Docs;

/// <summary>A file that is made from the code. With UPDATE_DOCS=1 the tests write it; else they compare.</summary>
internal static class GeneratedFile
{
    public static void IsCurrent(string content, params string[] path)
    {
        string file = Repository.Path(path);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(file, content);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == content, $"{string.Join('/', path)} is not what the code says. Run: UPDATE_DOCS=1 dotnet test -c Release tests/MlServerless.Functions.Tests --filter Docs");
    }
}
