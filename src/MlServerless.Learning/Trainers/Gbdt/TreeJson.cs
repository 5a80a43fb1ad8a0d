using System.Text.Json;
using MlServerless.Learning.Artifacts;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>A tree as JSON: one array per property of its nodes and leaves.</summary>
internal static class TreeJson
{
    private static readonly string[] Members =
        ["feature", "gain", "left", "leafRows", "leafValue", "leftBuckets", "missingLeft", "right", "rows", "threshold"];

    public static void Write(Utf8JsonWriter writer, Tree tree)
    {
        writer.WriteStartObject();
        JsonWrite.Integers(writer, "feature", tree.Feature);
        JsonWrite.Numbers(writer, "threshold", tree.Threshold);
        writer.WriteStartArray("leftBuckets");
        foreach (int[]? buckets in tree.LeftBuckets)
        {
            if (buckets is null)
            {
                writer.WriteNullValue();
                continue;
            }
            writer.WriteStartArray();
            foreach (int bucket in buckets)
                writer.WriteNumberValue(bucket);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        JsonWrite.Integers(writer, "missingLeft", [.. tree.MissingLeft.Select(left => left ? 1 : 0)]);
        JsonWrite.Integers(writer, "left", tree.Left);
        JsonWrite.Integers(writer, "right", tree.Right);
        JsonWrite.Numbers(writer, "gain", tree.Gain);
        JsonWrite.Integers(writer, "rows", tree.NodeRows);
        JsonWrite.Numbers(writer, "leafValue", tree.LeafValue);
        JsonWrite.Integers(writer, "leafRows", tree.LeafRows);
        writer.WriteEndObject();
    }

    public static Tree[] ReadAll(ref Utf8JsonReader reader)
    {
        List<Tree> trees = [];
        JsonRead.Array(ref reader, "trees", (ref Utf8JsonReader r, string _) => trees.Add(Read(ref r, trees.Count)));
        return [.. trees];
    }

    private static Tree Read(ref Utf8JsonReader reader, int index)
    {
        int[] feature = [], left = [], right = [], rows = [], leafRows = [], missingLeft = [];
        double[] threshold = [], gain = [], leafValue = [];
        int[]?[] leftBuckets = [];
        string what = FormattableString.Invariant($"tree {index}");
        JsonRead.Object(ref reader, what, Members, (ref Utf8JsonReader r, string name) =>
        {
            switch (name)
            {
                case "feature": feature = JsonRead.Integers(ref r, name); break;
                case "threshold": threshold = JsonRead.Numbers(ref r, name); break;
                case "leftBuckets": leftBuckets = ReadBuckets(ref r); break;
                case "missingLeft": missingLeft = JsonRead.Integers(ref r, name); break;
                case "left": left = JsonRead.Integers(ref r, name); break;
                case "right": right = JsonRead.Integers(ref r, name); break;
                case "gain": gain = JsonRead.Numbers(ref r, name); break;
                case "rows": rows = JsonRead.Integers(ref r, name); break;
                case "leafValue": leafValue = JsonRead.Numbers(ref r, name); break;
                default: leafRows = JsonRead.Integers(ref r, name); break;
            }
        });
        int nodes = feature.Length;
        if (threshold.Length != nodes || leftBuckets.Length != nodes || missingLeft.Length != nodes || left.Length != nodes
            || right.Length != nodes || gain.Length != nodes || rows.Length != nodes)
            throw new InvalidArtifactException($"{what}: the arrays of its nodes differ in length.");
        if (leafValue.Length != nodes + 1 || leafRows.Length != nodes + 1)
            throw new InvalidArtifactException($"{what}: {nodes} nodes make {nodes + 1} leaves, not {leafValue.Length}.");
        return new Tree
        {
            Feature = feature,
            Threshold = threshold,
            LeftBuckets = leftBuckets,
            MissingLeft = System.Array.ConvertAll(missingLeft, flag => flag != 0),
            Left = left,
            Right = right,
            Gain = gain,
            NodeRows = rows,
            LeafValue = leafValue,
            LeafRows = leafRows,
        };
    }

    private static int[]?[] ReadBuckets(ref Utf8JsonReader reader)
    {
        List<int[]?> buckets = [];
        JsonRead.Array(ref reader, "leftBuckets", (ref Utf8JsonReader r, string name) =>
            buckets.Add(r.TokenType == JsonTokenType.Null ? null : JsonRead.Integers(ref r, name)));
        return [.. buckets];
    }
}
