using MlServerless.Data;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Catalog;

/// <summary>Decides how an uploaded file is to be read.</summary>
internal sealed class FileChoice(PipelineSpec spec, string blob)
{
    /// <summary>Known once <see cref="Choose"/> was called.</summary>
    public DataFileKind Kind { get; private set; }

    /// <summary>Null but for an opaque file.</summary>
    public string? MediaType { get; private set; }

    /// <inheritdoc cref="FormatChoice"/>
    public DataFormat? Choose(ReadOnlySpan<byte> head)
    {
        DataFormat? format = spec.Data.Format switch
        {
            FileFormat.Opaque => null,
            FileFormat.Csv => CsvFormat.Detect(head, spec.Delimiter, out _),
            FileFormat.Ndjson => NdjsonFormat.Discover,
            _ => DataFormat.Recognize(head, spec.Delimiter, out _),
        };
        Kind = format switch { null => DataFileKind.Opaque, NdjsonFormat => DataFileKind.Ndjson, _ => DataFileKind.Csv };
        MediaType = format is null ? MediaTypes.Of(head, blob) : null;
        return format;
    }
}
