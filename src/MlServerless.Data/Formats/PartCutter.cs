using System.Runtime.CompilerServices;

namespace MlServerless.Data;

/// <summary>Cuts an upload at row ends into parts that are stored and scanned on their own.</summary>
public static class PartCutter
{
    public const int DefaultPartBytes = 64 << 20;

    /// <summary>Most rows that go on at the end of a part end within this.</summary>
    private const int ReadAhead = 1 << 18;

    /// <inheritdoc cref="CutAsync(Stream, int, FormatChoice, CancellationToken)"/>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>> CutAsync(Stream upload, int partBytes, CancellationToken cancellationToken) =>
        CutAsync(upload, partBytes, (char?)null, cancellationToken);

    /// <inheritdoc cref="CutAsync(Stream, int, FormatChoice, CancellationToken)"/>
    /// <param name="delimiter">For CSV, the declared delimiter; null to detect it.</param>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>> CutAsync(Stream upload, int partBytes, char? delimiter, CancellationToken cancellationToken) =>
        CutAsync(upload, partBytes, head => DataFormat.Recognize(head, delimiter, out _), cancellationToken);

    /// <summary>
    /// Reads an upload part by part. Each part ends at the first row end at or after <paramref name="partBytes"/>, never inside
    /// quotes; the last where the upload does. One after the other they are the upload, byte for byte. The first
    /// holds the header. Where a row goes on for 8 MiB beyond <paramref name="partBytes"/> (an unterminated quote, which the scan of
    /// that part reports), the cut is made inside it, so that memory stays bounded.
    /// </summary>
    /// <param name="upload">The decoded bytes, from the beginning.</param>
    /// <param name="partBytes">At least 1.</param>
    /// <param name="choose">Called once, before the first part.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The parts; none for an empty upload. The memory of a part is valid until the next one is asked for.</returns>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> CutAsync(
        Stream upload,
        int partBytes,
        FormatChoice choose,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(choose);
        ArgumentNullException.ThrowIfNull(upload);
        ArgumentOutOfRangeException.ThrowIfLessThan(partBytes, 1);

        // Room for the longest row that is read, its line break, and the byte that tells CR from CRLF.
        int longest = checked(partBytes + RowBatchReader.MaxRowBytes + 3);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(Math.Min(longest, DataFormat.HeadBytes));
        int end = await upload.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        bool final = end < buffer.Length;
        int headBytes = Math.Min(end, DataFormat.HeadBytes);
        PartBoundary boundary = choose(buffer.AsSpan(0, headBytes))?.CreateBoundary() ?? new AnyBoundary();
        int start = 0;

        // The upload may start with a byte order mark, after which a quote opens a field as at the start of a row.
        int scanned = buffer.AsSpan(0, end).StartsWith("\uFEFF"u8) ? 3 : 0;
        while (start < end || !final)
        {
            int found = boundary.Find(buffer.AsSpan(scanned, end - scanned), start + partBytes - scanned);
            int cut = found >= 0 ? scanned + found : final || end - start == longest ? end : -1;
            scanned = end;
            if (cut >= 0)
            {
                yield return buffer.AsMemory(start, cut - start);
                start = cut;
                scanned = cut;
                boundary.Restart();
                continue;
            }

            // What is left is moved to the front only when all whole parts are gone.
            int kept = end - start;
            // One that holds a part comes at once: of its memory only what is written is ever used, of a row of smaller ones everything.
            byte[] target = kept > buffer.Length / 2 && buffer.Length < longest ? GC.AllocateUninitializedArray<byte>(longest) : buffer;
            Buffer.BlockCopy(buffer, start, target, 0, kept);
            buffer = target;
            start = 0;

            // More than this is read only where a row goes on.
            int wanted = Math.Min(buffer.Length, (int)Math.Min((long)partBytes + ReadAhead, int.MaxValue));
            int room = (kept < wanted ? wanted : buffer.Length) - kept;
            int read = await upload.ReadAtLeastAsync(buffer.AsMemory(kept, room), room, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            final = read < room;
            scanned = kept;
            end = kept + read;
        }
    }
}
