namespace MlServerless.Pipelines.Specs;

/// <summary>How the files of a pipeline are written.</summary>
public enum FileFormat
{
    /// <summary>Each file's beginning tells whether it is CSV or NDJSON.</summary>
    Auto,

    Csv,

    /// <summary>One JSON object per line.</summary>
    Ndjson,

    /// <summary>Without rows, such as images or sound: versioned, but neither checked nor trained on.</summary>
    Opaque,
}
