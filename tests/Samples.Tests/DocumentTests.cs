using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>The documents of the repository: their links lead somewhere.</summary>
public partial class DocumentTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Links_InEveryDocument_LeadToFilesThatExist()
    {
        var broken = new List<string>();
        int links = 0;
        foreach (string document in Documents())
        {
            foreach (Match link in Link().Matches(Code().Replace(File.ReadAllText(document), "")))
            {
                string target = link.Groups["target"].Value;
                if (target.Contains("://", StringComparison.Ordinal))
                    continue;
                links++;
                string path = Path.Combine(Path.GetDirectoryName(document)!, target.Split('#')[0]);
                bool exists = File.Exists(path) || Directory.Exists(path);
                if (target.Contains('#', StringComparison.Ordinal) && (target[0] == '#' || File.Exists(path)))
                    exists = Anchors(target[0] == '#' ? document : path).Contains(target[(target.IndexOf('#', StringComparison.Ordinal) + 1)..]);
                if (!exists)
                    broken.Add($"{Path.GetRelativePath(Root, document)}: {target}");
            }
        }
        Assert.Empty(broken);
        Assert.True(links > 20, $"only {links} links were found");
    }

    [Fact]
    public void Documents_HaveNothingThatIsStillToBeFilledIn() =>
        Assert.All(Documents(), document => Assert.DoesNotMatch(@"@[A-Z0-9]{2,}@|\bTODO\b|\bTBD\b", File.ReadAllText(document)));

    [Fact]
    public void Decisions_EveryFile_IsInTheIndex()
    {
        string folder = Path.Combine(Root, "docs", "decisions");
        string index = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.All(
            Directory.EnumerateFiles(folder, "*.md").Select(f => Path.GetFileName(f)!).Where(f => f != "README.md"),
            file => Assert.Contains($"]({file})", index, StringComparison.Ordinal));
    }

    /// <summary>The headings of a document as GitHub makes anchors of them.</summary>
    private static IEnumerable<string> Anchors(string document) =>
        File.ReadLines(document).Where(line => line.StartsWith('#')).Select(line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MlServerless.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    /// <summary>A block or a span of code, in which nothing is a link.</summary>
    [GeneratedRegex(@"^```.*?^```|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
