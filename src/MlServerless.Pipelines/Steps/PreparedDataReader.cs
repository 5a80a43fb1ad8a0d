using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Reads what the prepare step wrote.</summary>
public sealed class PreparedDataReader(IPipelineStorage storage)
{
    public async Task<PreparedData> ReadAsync(RunRecord run, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await storage.Content.ReadAsync(run.PreparedHash!.Value, cancellationToken), PipelineJson.Default.PreparedData)!;

    public async Task<Table> ReadTableAsync(PreparedPart part, CancellationToken cancellationToken)
    {
        await using Stream stream = await storage.Content.OpenReadAsync(part.Hash, cancellationToken);
        return ColumnFile.Read(stream);
    }
}
