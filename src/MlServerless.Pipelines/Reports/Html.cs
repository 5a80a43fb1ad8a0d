using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MlServerless.Pipelines.Reports;

/// <summary>Builds a page. What stands literally in an interpolated string is markup; what is filled in is text, and escaped.</summary>
internal sealed class Html
{
    private readonly StringBuilder text = new();

    public Html Add([InterpolatedStringHandlerArgument("")] Handler markup)
    {
        _ = markup;
        return this;
    }

    /// <summary>Adds markup as it is.</summary>
    public Html AddMarkup(string markup)
    {
        text.Append(markup);
        return this;
    }

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(text.ToString());

    private void AddEscaped(string? value)
    {
        foreach (char c in value ?? "")
        {
            switch (c)
            {
                case '<': text.Append("&lt;"); break;
                case '>': text.Append("&gt;"); break;
                case '&': text.Append("&amp;"); break;
                case '"': text.Append("&quot;"); break;
                case '\'': text.Append("&#39;"); break;
                // Controls are not allowed in a page, and half of a surrogate pair is no character.
                case < ' ' and not '\n': text.Append('\u2423'); break;
                case '\u007f': text.Append('\u2423'); break;
                default: text.Append(c); break;
            }
        }
    }

    /// <summary>Fills markup with escaped text.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Handler
    {
        private readonly Html html;

        public Handler(int literalLength, int formattedCount, Html html)
        {
            _ = formattedCount;
            this.html = html;
            html.text.EnsureCapacity(html.text.Length + literalLength);
        }

        public void AppendLiteral(string literal) => html.text.Append(literal);

        public void AppendFormatted(string? value) => html.AddEscaped(value);

        public void AppendFormatted(long value) => html.text.Append(value.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(int value) => html.text.Append(value.ToString(CultureInfo.InvariantCulture));

        /// <summary>A length or position: at most two digits after the point, which is finer than a screen.</summary>
        public void AppendFormatted(double value) => html.text.Append(value.ToString("0.##", CultureInfo.InvariantCulture));
    }
}
