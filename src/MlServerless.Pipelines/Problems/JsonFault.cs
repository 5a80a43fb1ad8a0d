using System.Globalization;
using System.Text.Json;

namespace MlServerless.Pipelines.Problems;

/// <summary>Says what is wrong with JSON text to the one who wrote it: place first, counted from 1, and without words that only the parser's caller knows.</summary>
public static class JsonFault
{
    private const string Nothing = "does not contain any JSON tokens";

    // The parser ends its messages with these, counted from 0; the place stands in properties too.
    private static readonly string[] Tails = [" Path: ", " LineNumber: ", " Change the reader options"];

    public static string Describe(JsonException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.Message.Contains(Nothing, StringComparison.Ordinal))
            return "It is empty.";
        string text = fault.Message;
        foreach (string tail in Tails)
        {
            int start = text.IndexOf(tail, StringComparison.Ordinal);
            text = start < 0 ? text : text[..start];
        }

        return fault is { LineNumber: { } line, BytePositionInLine: { } position }
            ? string.Create(CultureInfo.InvariantCulture, $"Line {line + 1}, byte {position + 1}: {text}")
            : text;
    }
}
