using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Splits the rows by the hash of their key and writes one column file per part of the split, so that no candidate parses CSV again.</summary>
public sealed class PrepareStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, DataVersionReader reader, PipelineOptions options)
{
    /// <returns>True; the prepared data are named by the run's record.</returns>
    public Task<bool> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "prepare", null, PrepareAsync, cancellationToken);

    private async Task<bool> PrepareAsync(StepContext step)
    {
        PipelineSpec spec = await specs.ReadPinnedAsync(step.Record.SpecHash!.Value, step.CancellationToken);
        OpenedDataVersion data = await reader.OpenAsync(step.Record.DataVersion!.Value, spec, step.CancellationToken);
        DataSchema schema = DataSchema.Parse(await storage.Content.ReadAsync(step.Record.SchemaHash!.Value, step.CancellationToken));
        IReadOnlyList<string> features = SchemaRules.Features(spec, schema);
        PreparedData? made = null;
        StageKey key = StageKey.Of(
            "prepare",
            null,
            ("dataVersion", step.Record.DataVersion),
            ("schema", step.Record.SchemaHash),
            ("features", CanonicalJson.Hash(features, PipelineJson.Default.IReadOnlyListString)),
            ("label", spec.Label),
            ("key", string.Join(',', spec.Key)),
            ("split", CanonicalJson.Hash(spec.Split, PipelineJson.Default.SplitSpec)),
            ("delimiter", spec.Delimiter));
        ContentHash hash = await step.MemoizeAsync(
            key,
            PipelineJson.Default.ContentHash,
            prepared => new Dictionary<string, ContentHash>(StringComparer.Ordinal)
            {
                ["prepared"] = prepared,
                ["train"] = made!.Train.Hash,
                ["validation"] = made.Validation.Hash,
                ["holdOut"] = made.HoldOut.Hash,
                ["sketch"] = made.Sketch,
            },
            async () =>
            {
                made = await SplitAsync(step, spec, data, schema, features);
                return await storage.Content.PutAsync(CanonicalJson.Serialize(made, PipelineJson.Default.PreparedData), step.CancellationToken);
            });
        await step.UpdateAsync(record => record with { PreparedHash = hash });
        return true;
    }

    private async Task<PreparedData> SplitAsync(StepContext step, PipelineSpec spec, OpenedDataVersion data, DataSchema schema, IReadOnlyList<string> features)
    {
        CheckReport report = CheckReport.Parse(await storage.Content.ReadAsync(step.Record.ReportHash!.Value, step.CancellationToken));
        MemoryBudget.Require(options.MemoryBudget, EstimateBytes(report.Rows, schema), report.Rows, schema.Columns.Count, "hold the data version in memory");
        IReadOnlyList<PartSource> parts = data.Parts(part => Open(part, step.CancellationToken));
        SplitTables split = await Task.Run(() => SplitReader.Read(parts, schema, SchemaRules.Split(spec), options.Threads, step.CancellationToken), step.CancellationToken);
        Require(split.Train, "training", spec);
        Require(split.Validation, "validation", spec);
        Require(split.HoldOut, "hold-out", spec);
        TableSketch sketch = TableSketch.Of(split.Train, features);
        sketch.Merge(TableSketch.Of(split.Validation, features));
        sketch.Merge(TableSketch.Of(split.HoldOut, features));
        return new PreparedData(
            step.Record.DataVersion!.Value,
            step.Record.SchemaHash!.Value,
            features,
            split.Train[spec.Label] is CategoryColumn label ? label.Vocabulary.Count : 1,
            await storage.Content.PutAsync(sketch.ToCanonicalJson(), step.CancellationToken),
            await StoreAsync(split.Train, step),
            await StoreAsync(split.Validation, step),
            await StoreAsync(split.HoldOut, step));
    }

    private async Task<PreparedPart> StoreAsync(Table table, StepContext step) =>
        new(await storage.Content.PutAsync(ColumnFile.Write(table), step.CancellationToken), table.RowCount);

    // The reader pulls bytes while it parses on a pool thread that has nothing else to do.
    private Stream Open(DataPart part, CancellationToken cancellationToken) =>
        storage.Content.OpenReadAsync(part.Hash, cancellationToken).GetAwaiter().GetResult();

    private static void Require(Table part, string name, PipelineSpec spec)
    {
        if (part.RowCount == 0)
            throw new TrainingException("empty-part", $"The {name} part of the split is empty. Bring more rows, or change split.validation ({spec.Split.Validation}) and split.holdOut ({spec.Split.HoldOut}) in the spec.");
    }

    /// <summary>Eight bytes a cell in the tables, and once more in the column file being written, with room for dictionaries.</summary>
    private static long EstimateBytes(long rows, DataSchema schema) => rows * schema.Columns.Count * 8 * 5 / 2;
}
