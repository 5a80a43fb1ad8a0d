using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MlServerless.Data;
using MlServerless.Pipelines.Serving.Rows;

namespace MlServerless.Pipelines.Serving;

/// <summary>The answer to a request whose rows are scored while it is sent: memory does not grow with the number of rows.</summary>
public sealed class RowsAnswer
{
    private const int PartBytes = 1 << 20;
    private const int PieceBytes = 1 << 16;

    private readonly ReadOnlyMemory<byte> body;
    private readonly RowsLayout layout;
    private readonly DataFormat data;
    private readonly RowsFormat format;
    private readonly Func<RowsWriter, RowsScorer> scorerOf;
    private readonly Action<RowsScorer> ended;

    internal RowsAnswer(ModelAnswer model, ReadOnlyMemory<byte> body, RowsLayout layout, DataFormat data, RowsFormat format, Func<RowsWriter, RowsScorer> scorerOf, Action<RowsScorer> ended)
    {
        Model = model;
        this.body = body;
        this.layout = layout;
        this.data = data;
        this.format = format;
        this.scorerOf = scorerOf;
        this.ended = ended;
    }

    public ModelAnswer Model { get; }

    public string ContentType => RowsWriter.ContentType(format);

    private InputCells Cells => Model.Model.Rows.Cells;

    /// <summary>The answer piece by piece; the memory of a piece is valid until the next is asked for.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> WriteAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>(PieceBytes * 2);
        using var writer = new RowsWriter(format, Model.Model.Artifact.Task, output);
        RowsScorer scorer = scorerOf(writer);
        writer.WriteHeader();
        long number = 0;
        await foreach (RowsReader reader in PartsAsync(cancellationToken))
        {
            while (scorer.ReadGroup(reader, ref number))
            {
                if (output.WrittenCount < PieceBytes)
                    continue;
                yield return output.WrittenMemory;
                output.ResetWrittenCount();
            }
        }

        ended(scorer);
        if (output.WrittenCount > 0)
            yield return output.WrittenMemory;
    }

    /// <summary>How many rows there are; those beyond the limit are not counted.</summary>
    internal async Task<long> CountAsync(long limit, CancellationToken cancellationToken)
    {
        // A row takes a line: where there are few of them nobody has to read.
        if (body.Span.Count((byte)'\n') + body.Span.Count((byte)'\r') < limit)
            return 0;
        long rows = 0;
        await foreach (RowsReader reader in PartsAsync(cancellationToken))
        {
            while (rows <= limit && reader.Skip())
                rows++;
        }

        return rows;
    }

    private async IAsyncEnumerable<RowsReader> PartsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArraySegment<byte> bytes = MemoryMarshal.TryGetArray(body, out ArraySegment<byte> array) ? array : body.ToArray();
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        long start = 0;
        await foreach (ReadOnlyMemory<byte> part in PartCutter.CutAsync(stream, PartBytes, _ => data, cancellationToken))
        {
            yield return layout.Read(part, start, Cells);
            start += part.Length;
        }
    }
}
