using System.Text;
using System.Text.RegularExpressions;

namespace MlServerless.Pipelines.Tests.Reports;

/// <summary>What every page must be.</summary>
internal static partial class PageMarkup
{
    internal static string Text(byte[] page) => Encoding.UTF8.GetString(page);

    internal static int CountScripts(string page) => ScriptTag().Count(page);

    /// <summary>Every element that is opened is closed, in the right order, and no other sign opens a tag.</summary>
    internal static void RequireBalanced(string page)
    {
        var open = new Stack<string>();
        string body = ScriptOrStyle().Replace(page, "");
        foreach (Match tag in Tag().Matches(body))
        {
            string name = tag.Groups["name"].Value;
            if (tag.Value.StartsWith("</", StringComparison.Ordinal))
                Assert.Equal(open.Pop(), name);
            else if (!tag.Value.EndsWith("/>", StringComparison.Ordinal) && name is not ("meta" or "input" or "!doctype"))
                open.Push(name);
        }

        Assert.Empty(open);
        Assert.DoesNotContain("<", Tag().Replace(body, ""), StringComparison.Ordinal);
    }

    [GeneratedRegex("</?(?<name>!?[a-z0-9]+)(\\s[^<>]*)?/?>")]
    private static partial Regex Tag();

    [GeneratedRegex("<script\\b")]
    private static partial Regex ScriptTag();

    [GeneratedRegex("(?<=<(script|style)>).*?(?=</\\1>)", RegexOptions.Singleline)]
    private static partial Regex ScriptOrStyle();
}
