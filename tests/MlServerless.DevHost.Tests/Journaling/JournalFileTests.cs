using MlServerless.DevHost.Journaling;

namespace MlServerless.DevHost.Tests.Journaling;

public sealed class JournalFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devhost-journal");

    private string File => Path.Combine(_folder.FullName, "journal");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Append_IsReadBack()
    {
        Write([1, 2, 3], [], [4]);
        Write([5]);
        Assert.Equal([[1, 2, 3], [], [4], [5]], Read(out var warnings));
        Assert.Empty(warnings);
    }

    /// <summary>Whatever a crash left of the file, it loads, holds the records that are whole, and can be gone on with.</summary>
    [Fact]
    public void Open_AnyPrefix_HoldsTheWholeRecords()
    {
        byte[][] records = [[1, 2, 3], [4], [], [5, 6, 7, 8, 9, 10, 11, 12, 13], [14, 15]];
        Write(records);
        var whole = System.IO.File.ReadAllBytes(File);
        var ends = new List<int> { 8 };
        foreach (var record in records)
            ends.Add(ends[^1] + 8 + record.Length);
        Assert.Equal(whole.Length, ends[^1]);
        for (var length = 0; length <= whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            var count = Math.Max(0, ends.Count(end => end <= length) - 1);
            Assert.Equal(records[..count], Read(out var warnings));
            Assert.Equal(!ends.Contains(length) && length > 0, warnings.Count == 1);
            Write([99]);
            Assert.Equal([.. records[..count], [99]], Read(out _));
        }
    }

    [Fact]
    public void Open_AnyDamagedByteAtTheEnd_DropsTheLastRecord()
    {
        Write([1, 2, 3], [4, 5, 6]);
        var whole = System.IO.File.ReadAllBytes(File);
        for (var at = whole.Length - 11; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            System.IO.File.WriteAllBytes(File, damaged);
            Assert.Equal([[1, 2, 3]], Read(out var warnings));
            Assert.Single(warnings);
            Assert.Equal(damaged[^11..], System.IO.File.ReadAllBytes(File + ".damaged"));
        }
    }

    [Fact]
    public void Open_AnotherFile_IsLeftAlone()
    {
        System.IO.File.WriteAllText(File, "precious notes");
        Assert.Throws<InvalidDataException>(() => Read(out _));
        Assert.Equal("precious notes", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Rewrite_ReplacesAndGoesOn()
    {
        using (var journal = JournalFile.Open(File, _ => { }, _ => { }))
        {
            journal.Append([[1], [2]]);
            journal.Rewrite([[3]]);
            journal.Append([[4]]);
        }

        Assert.Equal([[3], [4]], Read(out _));
    }

    /// <summary>A compaction that a crash interrupted leaves the old content.</summary>
    [Fact]
    public void Open_AfterAnInterruptedRewrite_IsTheOldContent()
    {
        Write([1]);
        System.IO.File.WriteAllBytes(File + ".new", [1, 2, 3]);
        Assert.Equal([[1]], Read(out _));
        Assert.False(System.IO.File.Exists(File + ".new"));
    }

    private void Write(params byte[][] records)
    {
        using var journal = JournalFile.Open(File, _ => { }, _ => { });
        journal.Append(records);
    }

    private List<byte[]> Read(out List<string> warnings)
    {
        var (records, told) = (new List<byte[]>(), new List<string>());
        using var journal = JournalFile.Open(File, records.Add, told.Add);
        warnings = told;
        return records;
    }
}
