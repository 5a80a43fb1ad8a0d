using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Benchmarks.Running;
using MlServerless.Benchmarks.Train;
using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Benchmarks.Score;

/// <summary>Scores a table and single rows with a model that is kept in a file, and reads the model.</summary>
internal static class ScoreWorker
{
    private const int Repeats = 5;
    private const int SingleRows = 1000;

    /// <summary>Fits the model of the benchmark and writes it.</summary>
    internal static async Task FitAsync(string trainFile, string modelFile, int threads)
    {
        (DataSchema schema, Table table) = await BenchmarkTables.ReadAsync(trainFile, threads);
        ModelArtifact model = await ModelTrainer.TrainAsync(BenchmarkTables.Request(schema, table, "gbdt", "cls", threads));
        await File.WriteAllBytesAsync(modelFile, model.Json);
        await File.WriteAllBytesAsync(modelFile + ".schema", schema.ToCanonicalJson());
        ProcessRun.Print(new { bytes = model.Json.Length });
    }

    internal static async Task ScoreAsync(string file, string modelFile, int threads)
    {
        byte[] json = await File.ReadAllBytesAsync(modelFile);
        ModelArtifact model = ModelArtifact.Parse(json);
        DataSchema schema = DataSchema.Parse(await File.ReadAllBytesAsync(modelFile + ".schema"));
        Table table = BenchmarkTables.Read(file, schema);
        Scorer scorer = Scorer.Compile(model);

        // The peer's first call has no compiler to wait for either.
        _ = scorer.Score(table.Select([.. Enumerable.Range(0, Math.Min(50_000, table.RowCount))]), threads);
        TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
        long began = Stopwatch.GetTimestamp();
        double[] scores = scorer.Score(table, threads);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double processor = (Environment.CpuUsage.TotalTime - processorBefore).TotalSeconds;
        byte[] large = Repeated(json, 5);
        ModelArtifact largeModel = ModelArtifact.Parse(large);
        ProcessRun.Print(new
        {
            score_s = seconds,
            score_cpu_s = processor,
            rows = table.RowCount,
            row_us = SingleRowMicroseconds(scorer, table, scores),
            read_500_ms = LeastMilliseconds(() => ModelArtifact.Parse(large)),
            compile_500_ms = LeastMilliseconds(() => Scorer.Compile(largeModel)),
            read_500_mb = large.Length / 1e6,
            scores = ContentHash.Of(System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(scores)).Hex,
        });
    }

    /// <summary>The median over rows whose features are set, the least of several goes; makes sure of the same bits as in the table.</summary>
    private static double SingleRowMicroseconds(Scorer scorer, Table table, double[] expected)
    {
        FeatureRow[] rows = [.. Enumerable.Range(0, Math.Min(SingleRows, table.RowCount)).Select(row => Row(scorer, table, row))];
        double[] output = new double[1];
        double best = double.PositiveInfinity;
        for (int repeat = 0; repeat < 20 * Repeats; repeat++)
        {
            long began = Stopwatch.GetTimestamp();
            foreach (FeatureRow row in rows)
                scorer.Score(row, output);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMicroseconds / rows.Length);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            scorer.Score(rows[i], output);
            if (BitConverter.DoubleToUInt64Bits(output[0]) != BitConverter.DoubleToUInt64Bits(expected[i]))
                throw new BenchmarkException($"Row {i} alone has another score than in the table.");
        }

        return best;
    }

    private static FeatureRow Row(Scorer scorer, Table table, int position)
    {
        FeatureRow row = scorer.CreateRow();
        for (int input = 0; input < scorer.Signature.Inputs.Count; input++)
        {
            switch (table[scorer.Signature.Inputs[input].Name])
            {
                case NumericColumn numbers:
                    row.SetNumber(input, numbers.Values[position]);
                    break;
                case CategoryColumn categories when categories.Codes[position] >= 0:
                    row.SetCategory(input, Encoding.UTF8.GetBytes(categories.Vocabulary[categories.Codes[position]]));
                    break;
            }
        }

        return row;
    }

    private static double LeastMilliseconds(Func<object> work)
    {
        double best = double.PositiveInfinity;
        for (int repeat = 0; repeat < 4 * Repeats; repeat++)
        {
            long began = Stopwatch.GetTimestamp();
            _ = work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return best;
    }

    /// <summary>The model with its trees several times over.</summary>
    private static byte[] Repeated(byte[] json, int times)
    {
        JsonNode model = JsonNode.Parse(json)!;
        JsonArray trees = model["model"]!["trees"]!.AsArray();
        JsonNode[] once = [.. trees.Select(tree => tree!.DeepClone())];
        for (int i = 1; i < times; i++)
            foreach (JsonNode tree in once)
                trees.Add(tree.DeepClone());
        return CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(model.ToJsonString()));
    }
}
