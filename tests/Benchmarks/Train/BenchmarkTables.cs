using System.Text.Json.Nodes;
using MlServerless.Benchmarks.Ingest;
using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Benchmarks.Train;

/// <summary>The way of a file to a training, as the product goes it: scan, infer the schema, read the rows.</summary>
internal static class BenchmarkTables
{
    internal const string Label = "label";
    internal const string Target = "target";

    internal static async Task<(DataSchema Schema, Table Table)> ReadAsync(string file, int threads)
    {
        var parts = new List<(long Start, long End)>();
        DataSchema schema = SchemaInference.Infer(await Ingestion.ScanAsync(file, threads, parts), new Dictionary<string, ColumnSchema>());
        return (schema, Read(file, parts, schema, threads));
    }

    internal static Table Read(string file, DataSchema schema) => Read(file, [(0, new FileInfo(file).Length)], schema, threads: 1);

    private static Table Read(string file, List<(long Start, long End)> parts, DataSchema schema, int threads)
    {
        byte[] head = new byte[1 << 16];
        using (FileStream start = File.OpenRead(file))
            head = head[..start.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        CsvFormat format = CsvFormat.Detect(head, out _);
        var rule = new SplitRule { Salt = "1", Validation = 0, HoldOut = 0 };
        PartSource[] sources = [.. parts.Select(part => new PartSource(() => new PartStream(file, part.Start, part.End), format, part.Start == 0))];
        return SplitReader.Read(sources, schema, rule, threads, CancellationToken.None).Train;
    }

    internal static TrainingRequest Request(DataSchema schema, Table train, string trainer, string task, int threads, int rounds = 100)
    {
        string label = task == "cls" ? Label : Target;
        return new TrainingRequest
        {
            Task = task == "cls" ? LearningTask.Binary : LearningTask.Regression,
            Label = label,
            Features = [.. train.Columns.Select(column => column.Name).Where(name => name != label)],
            Schema = schema,
            Train = train,
            Validation = train.Select([]),
            Trainer = trainer,
            Parameters = Settings(trainer, rounds),
            Seed = 1,
            Threads = threads,
        };
    }

    /// <summary>Those of the peers: 100 rounds, 31 leaves, rate 0.1; for linear models the defaults of both.</summary>
    internal static JsonObject? Settings(string trainer, int rounds = 100) => trainer == "gbdt"
        ? new JsonObject { ["rounds"] = rounds, ["maxLeaves"] = 31, ["learningRate"] = 0.1, ["earlyStoppingRounds"] = 0 }
        : null;
}
