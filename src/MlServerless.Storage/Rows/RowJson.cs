using MlServerless.Storage.Tables;

namespace MlServerless.Storage.Rows;

/// <summary>A document over as many string properties as it needs: <c>Json</c>, <c>Json1</c>, <c>Json2</c>, …</summary>
internal static class RowJson
{
    /// <summary>In UTF-16. Leaves room for keys and names below the service's 1 MiB for an entity.</summary>
    /// <remarks>The emulator measures the request instead, and so takes less of text in other scripts.</remarks>
    public const int MaximumBytes = 900_000;

    /// <summary>64 KiB in UTF-16, the service's limit for one property.</summary>
    public const int ChunkLength = 32 * 1024;

    /// <exception cref="ArgumentException">The document is too long, or no Unicode text.</exception>
    public static void Write(TableEntity entity, string json)
    {
        Check(entity, json);
        int index = 0;
        int start = 0;
        do
        {
            int length = Math.Min(ChunkLength, json.Length - start);
            if (start + length < json.Length && char.IsHighSurrogate(json[start + length - 1]))
            {
                length--; // Both halves of a character stay together: neither alone survives UTF-8.
            }

            entity[NameOf(index++)] = json.Substring(start, length);
            start += length;
        }
        while (start < json.Length);
    }

    public static string Read(TableEntity entity)
    {
        var chunks = new List<string>();
        while (entity.GetString(NameOf(chunks.Count)) is { } chunk)
        {
            chunks.Add(chunk);
        }

        return chunks switch
        {
            [] => throw new InvalidDataException($"The row '{entity.PartitionKey}'/'{entity.RowKey}' has no property '{NameOf(0)}': it was not written by this program."),
            [string whole] => whole,
            _ => string.Concat(chunks),
        };
    }

    private static void Check(TableEntity entity, string json)
    {
        if (json.Length * sizeof(char) > MaximumBytes)
        {
            throw new ArgumentException(
                $"The row '{entity.PartitionKey}'/'{entity.RowKey}' has a document of {json.Length * sizeof(char)} bytes in UTF-16; it may have {MaximumBytes}. Store the document as content and its hash in the row.",
                nameof(json));
        }

        for (int i = 0; i < json.Length; i++)
        {
            if (char.IsHighSurrogate(json[i]) && i + 1 < json.Length && char.IsLowSurrogate(json[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(json[i]))
            {
                throw new ArgumentException($"The document of the row '{entity.PartitionKey}'/'{entity.RowKey}' holds half a surrogate pair at index {i}, which no store keeps. Escape it as \\u{(int)json[i]:X4}.", nameof(json));
            }
        }
    }

    private static string NameOf(int index) => index == 0 ? "Json" : $"Json{index}";
}
