using MlServerless.Benchmarks.Running;
using MlServerless.Data;

namespace MlServerless.Benchmarks.Ingest;

/// <summary>One ingest in a fresh process, as the peer's; like its imports, the start of the runtime is not in the time.</summary>
internal static class IngestWorker
{
    internal static async Task RunAsync(string file, int threads)
    {
        IngestOutcome outcome = await Ingestion.RunAsync(file, threads);
        ProcessRun.Print(new
        {
            total_s = outcome.TotalSeconds,
            scan_s = outcome.ScanSeconds,
            check_s = outcome.CheckSeconds,
            cpu_s = outcome.ProcessorSeconds,
            rows = outcome.Rows,
            profile = ContentHash.Of(outcome.Profile).Hex,
        });
    }
}
