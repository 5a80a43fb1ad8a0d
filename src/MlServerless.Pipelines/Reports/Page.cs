using System.Security.Cryptography;
using System.Text;

namespace MlServerless.Pipelines.Reports;

/// <summary>A page that stands alone: nothing in it is fetched from elsewhere.</summary>
internal static class Page
{
    /// <summary>Forbids everything but the page's own style and script.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src '{Digest(PageStyle.Css)}'; style-src-attr 'unsafe-inline'; script-src '{Digest(PageStyle.Script)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <param name="title">Shown in the window's title.</param>
    /// <param name="body">Writes the content.</param>
    public static byte[] Build(string title, Action<Html> body)
    {
        var html = new Html();
        html.Add($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title><style>");
        html.AddMarkup(PageStyle.Css).AddMarkup("</style></head><body>\n");
        body(html);
        return html.AddMarkup("\n<script>").AddMarkup(PageStyle.Script).AddMarkup("</script></body></html>\n").ToUtf8();
    }

    private static string Digest(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
