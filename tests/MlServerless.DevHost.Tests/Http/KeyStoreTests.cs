using MlServerless.DevHost.Keys;

namespace MlServerless.DevHost.Tests.Http;

public sealed class KeyStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devhost-keys");

    private string File => Path.Combine(_folder.FullName, "keys.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_MakesKeysOnce()
    {
        var first = KeyStore.Load(File, ["A"]);
        var second = KeyStore.Load(File, ["A", "B"]);
        Assert.Equal((first.Master, first.Host, first.System, first.Functions["A"]), (second.Master, second.Host, second.System, second.Functions["A"]));
        string[] all = [second.Master, second.Host, second.System, .. second.Functions.Values];
        Assert.Equal(5, all.Distinct().Count());
        Assert.All(all, key => Assert.Matches("^[A-Za-z0-9_-]{50,}$", key));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void Opens_ByLevel()
    {
        var keys = KeyStore.Load(File, ["A", "B"]);
        foreach (var key in new[] { keys.Master, keys.Host, keys.Functions["A"] })
            Assert.True(keys.Opens("A", AuthorizationLevel.Function, key));
        foreach (var key in new[] { keys.System, keys.Functions["B"], "", null })
            Assert.False(keys.Opens("A", AuthorizationLevel.Function, key));
        Assert.True(keys.Opens("A", AuthorizationLevel.Anonymous, null));
        Assert.True(keys.Opens("A", AuthorizationLevel.Admin, keys.Master));
        Assert.False(keys.Opens("A", AuthorizationLevel.Admin, keys.Host));
        Assert.True(keys.OpensSystem(keys.System));
        Assert.True(keys.OpensSystem(keys.Master));
        Assert.False(keys.OpensSystem(keys.Host));
    }

    [Fact]
    public void Load_Damaged_SaysWhatToDo()
    {
        System.IO.File.WriteAllText(File, "{");
        Assert.Contains("Delete the file", Assert.Throws<StartupException>(() => KeyStore.Load(File, [])).Message, StringComparison.Ordinal);
    }
}
