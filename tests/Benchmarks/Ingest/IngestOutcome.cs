namespace MlServerless.Benchmarks.Ingest;

internal sealed record IngestOutcome(
    double TotalSeconds,
    double ScanSeconds,
    double MergeSeconds,
    double CheckSeconds,
    double ProcessorSeconds,
    int Parts,
    long Rows,
    byte[] Profile);
