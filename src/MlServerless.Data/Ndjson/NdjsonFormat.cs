using System.Text;

namespace MlServerless.Data;

/// <summary>
/// How a file with one JSON object per line is written. Members of nested objects are columns, too, named by their path with dots;
/// arrays are kept as JSON text, other values as the text they stand for. A member that is <see langword="null"/> or empty is a missing value,
/// and so is one that an object lacks. A line that is no such object, or that has a member twice or without a name, is kept out.
/// </summary>
public sealed record NdjsonFormat : DataFormat
{
    /// <summary>The longest name of a column in bytes of UTF-8; a line with a longer one is kept out.</summary>
    public const int MaxNameBytes = 1024;

    /// <summary>A file whose columns are found while it is read, in the order of their first appearance.</summary>
    public static NdjsonFormat Discover { get; } = new() { Columns = [] };

    /// <summary>Whether a file is written like this: its first byte that is not blank opens an object.</summary>
    /// <param name="head">Its beginning.</param>
    public static bool IsLikely(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        int first = text.IndexOfAnyExcept(" \t\r\n"u8);
        return first >= 0 && text[first] == '{';
    }

    /// <inheritdoc/>
    public override DataFormat WithColumns(IReadOnlyList<string> columns) => this with { Columns = columns };

    internal override RowBatchReader Read(Stream part, bool isFirst) => new NdjsonBatchReader(part, this, isFirst);

    internal override PartBoundary CreateBoundary() => new LineBoundary();
}
