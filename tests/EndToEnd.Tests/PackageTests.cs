using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Package;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>The zip that is deployed; that what is in it works is shown by all the other tests here, which run it.</summary>
public sealed class PackageTests(ITestOutputHelper output)
{
    private const int Program = 0x81ED;
    private const int Data = 0x81A4;

    [Fact]
    public void Pack_SameFolder_SameBytes()
    {
        string folder = AppPublish.Folder;
        Assert.Equal(File.ReadAllBytes(AppPublish.Zip), AppPackage.Pack(folder));
    }

    [Fact]
    public void Pack_EntriesAreInOrder_AndTheProgramAloneMayBeExecuted()
    {
        _ = AppPublish.Folder;
        using ZipArchive zip = ZipFile.OpenRead(AppPublish.Zip);
        string[] names = [.. zip.Entries.Select(entry => entry.FullName)];
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(Directory.EnumerateFiles(AppPublish.Published, "*", SearchOption.AllDirectories).Count(), names.Length);
        string program = JsonNode.Parse(Read(zip, "host.json"))!["customHandler"]!["description"]!["defaultExecutablePath"]!.GetValue<string>();
        Assert.Equal(Program, Mode(zip.GetEntry(program)!));
        Assert.All(zip.Entries.Where(entry => entry.FullName != program && entry.FullName != "createdump"), entry => Assert.Equal(Data, Mode(entry)));
        Assert.DoesNotContain(names, name => name.EndsWith("local.settings.json", StringComparison.Ordinal));
        Assert.True(EveryEntryIsMadeByUnix(File.ReadAllBytes(AppPublish.Zip)));
    }

    /// <summary>Unpacked, its program starts and answers; a zip that grew by half says so here.</summary>
    [Fact]
    public async Task Measure_TheZip_SaysSizeAndStart()
    {
        _ = AppPublish.Folder;
        PackageFigures figures = await MeasureCommand.MeasureAsync(AppPublish.Zip);
        output.WriteLine(figures.ToString());
        Assert.Equal(new FileInfo(AppPublish.Zip).Length, figures.ZipBytes);
        Assert.InRange(figures.ZipBytes, 1_000_000, 90_000_000);
        Assert.Equal(5, figures.Seconds.Count);
        Assert.All(figures.Seconds, seconds => Assert.True(seconds > 0));
    }

    [Fact]
    public void Pack_Keyless_ProtectedFunctionsAskForNoKey_AndTheAppKnowsIt()
    {
        using var zip = new ZipArchive(new MemoryStream(AppPackage.Pack(AppPublish.Folder, keyless: true)));
        string predict = Read(zip, "Predict/function.json");
        Assert.Contains("\"anonymous\"", predict);
        Assert.DoesNotContain(zip.Entries.Where(entry => entry.Name == "function.json"), entry => Read(zip, entry.FullName).Contains("\"authLevel\":\"function\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Pack_NoApp_IsRefused()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        Assert.Throws<InvalidDataException>(() => AppPackage.Pack(folder));
        Directory.Delete(folder);
    }

    private static int Mode(ZipArchiveEntry entry) => (entry.ExternalAttributes >> 16) & 0xFFFF;

    private static string Read(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    private static bool EveryEntryIsMadeByUnix(ReadOnlySpan<byte> zip)
    {
        int end = zip.Length - 22;
        int at = (int)BinaryPrimitives.ReadUInt32LittleEndian(zip[(end + 16)..]);
        while (BinaryPrimitives.ReadUInt32LittleEndian(zip[at..]) == 0x02014B50)
        {
            if (zip[at + 5] != 3)
                return false;
            at += 46 + BinaryPrimitives.ReadUInt16LittleEndian(zip[(at + 28)..]) + BinaryPrimitives.ReadUInt16LittleEndian(zip[(at + 30)..]) + BinaryPrimitives.ReadUInt16LittleEndian(zip[(at + 32)..]);
        }

        return at == end;
    }
}
