using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// Binned rows as bytes, the same rows always as the same: <c>"MLSBINS1"</c>, the length of the header (4 bytes), the header as
/// canonical JSON; then of the training and of the validation part the targets and the weights if there are any, as doubles, and the cells, one byte each, column after
/// column. All little-endian.
/// </summary>
internal static class BinnedFile
{
    public const int FormatVersion = 1;
    private const int MaxHeaderBytes = 256 << 20;
    private const int BlockBytes = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "MLSBINS1"u8;

    public static void Write(Stream stream, LabelledTraining labelled, TableSketch reference)
    {
        TrainingSet set = labelled.Set;
        BinnedCells cells = set.Cells!;
        var header = new BinnedHeader(
            FormatVersion,
            set.Task,
            set.ClassLabels,
            SignatureDocument.Of(labelled.Signature),
            new PreprocessingDocument(Preprocessor.AlgorithmVersion, [.. set.Preprocessor.Inputs.Select(input => input.Describe())]),
            [.. cells.Train.Features.Select(feature => feature.Edges)],
            labelled.Rows,
            set.Weights is not null,
            reference);
        byte[] json = CanonicalJson.Serialize(header, ArtifactJsonContext.Default.BinnedHeader);
        stream.Write(Magic);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        stream.Write(length);
        stream.Write(json);
        Write(stream, set.Targets, set.Weights, cells.Train);
        Write(stream, set.ValidationTargets, set.ValidationWeights, cells.Validation);
    }

    /// <param name="folder">Where the cells are in temporary files that are mapped into memory; null to keep them in it.</param>
    /// <exception cref="InvalidDataException">The bytes are something else, or cut short.</exception>
    public static (LabelledTraining Labelled, TableSketch Reference) Read(Stream stream, string? folder)
    {
        try
        {
            BinnedHeader header = ReadHeader(stream);
            var preprocessor = new Preprocessor([.. header.Preprocessing.Inputs.Select((input, i) => input.ToEncoder(i))]);
            FeatureBins[] features = Features(preprocessor, header.Edges);
            int trainRows = checked((int)header.Rows.Train);
            int validationRows = checked((int)header.Rows.Validation);
            (double[] targets, double[]? weights, BinnedRows train) = ReadPart(stream, features, trainRows, header.Weighted, folder);
            (double[] validationTargets, double[]? validationWeights, BinnedRows validation) = ReadPart(stream, features, validationRows, header.Weighted, folder);
            if (stream.ReadByte() >= 0)
                throw new InvalidDataException("More bytes follow after the last cell.");
            EncodedRows none = preprocessor.Bind(new Table([]), []);
            var set = new TrainingSet(header.Task, header.ClassLabels.Count, none, targets, none, validationTargets)
            {
                ClassLabels = header.ClassLabels,
                Weights = weights,
                ValidationWeights = validationWeights,
            };
            return (new LabelledTraining(new BinnedCells(train, validation).Replace(set), header.Signature.ToSignature(), header.Rows), header.Reference);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidArtifactException or OverflowException or EndOfStreamException)
        {
            throw new InvalidDataException($"The file of binned rows cannot be read: {error.Message}", error);
        }
    }

    private static BinnedHeader ReadHeader(Stream stream)
    {
        byte[] start = new byte[Magic.Length + sizeof(int)];
        stream.ReadExactly(start);
        int length = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(Magic.Length));
        if (!start.AsSpan(0, Magic.Length).SequenceEqual(Magic) || length is < 0 or > MaxHeaderBytes)
            throw new InvalidDataException("This is not a file of binned rows.");
        byte[] json = new byte[length];
        stream.ReadExactly(json);
        BinnedHeader header = JsonSerializer.Deserialize(json, ArtifactJsonContext.Default.BinnedHeader)
            ?? throw new InvalidDataException("The header is null.");
        if (header.Format != FormatVersion || header.Preprocessing.AlgorithmVersion != Preprocessor.AlgorithmVersion)
            throw new InvalidDataException("The file of binned rows is of another version.");
        return header;
    }

    private static FeatureBins[] Features(Preprocessor preprocessor, IReadOnlyList<IReadOnlyList<double>> edges)
    {
        if (edges.Count != preprocessor.Slots.Count)
            throw new InvalidDataException($"There are edges of {edges.Count} features; the preprocessing makes {preprocessor.Slots.Count}.");
        return [.. preprocessor.Slots.Select((slot, s) => slot.IsCategory ? FeatureBins.Category(s, slot.Buckets) : FeatureBins.Numeric(s, [.. edges[s]]))];
    }

    private static void Write(Stream stream, double[] targets, double[]? weights, BinnedRows rows)
    {
        WriteDoubles(stream, targets);
        if (weights is not null)
            WriteDoubles(stream, weights);
        for (int feature = 0; feature < rows.Features.Length; feature++)
            for (int start = 0; start < rows.RowCount; start += BlockBytes)
                stream.Write(rows.Column(feature, start, Math.Min(BlockBytes, rows.RowCount - start)));
    }

    private static (double[] Targets, double[]? Weights, BinnedRows Rows) ReadPart(Stream stream, FeatureBins[] features, int count, bool weighted, string? folder)
    {
        double[] targets = ReadDoubles(stream, count);
        double[]? weights = weighted ? ReadDoubles(stream, count) : null;
        var rows = new BinnedRows(features, count, folder);
        try
        {
            for (int feature = 0; feature < features.Length; feature++)
            {
                for (int start = 0; start < count; start += BlockBytes)
                    stream.ReadExactly(rows.Column(feature, start, Math.Min(BlockBytes, count - start)));
                if (count > 0 && rows.Column(feature, 0, count).ContainsAnyInRange((byte)Math.Min(255, features[feature].BinCount), (byte)255) && features[feature].BinCount < FeatureBins.MaxBins)
                    throw new InvalidDataException($"A cell of feature {feature} lies outside its {features[feature].BinCount} bins.");
            }
            rows.FillGroups(0, count);
            return (targets, weights, rows);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private static void WriteDoubles(Stream stream, double[] values)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Binned rows are written on little-endian machines only.");
        for (int start = 0; start < values.Length; start += BlockBytes / sizeof(double))
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(BlockBytes / sizeof(double), values.Length - start))));
    }

    private static double[] ReadDoubles(Stream stream, int count)
    {
        double[] values = new double[count];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
