namespace MlServerless.Benchmarks.Ingest;

internal sealed record IngestOutcome(
    double TotalSeconds,
    double ScanSeconds,
    double CheckSeconds,
    double ProcessorSeconds,
    long Rows,
    byte[] Profile);
