using MlServerless.Learning.Trainers.Gbdt;
using ElementType = MlServerless.Learning.Onnx.Protocol.TensorProto.Types.DataType;

namespace MlServerless.Learning.Onnx;

/// <summary>The columns that the trees ask for: numbers, then one 0 or 1 for every different division of a category.</summary>
internal sealed class OnnxForestColumns
{
    private const double Middle = 0.5;
    private readonly OnnxSlots slots;
    private readonly SortedDictionary<int, int> numbers = [];
    private readonly SortedDictionary<int, List<int[]>> divisions = [];
    private readonly Dictionary<(int Slot, string Left), int> places = [];
    private readonly Dictionary<int, int> first = [];

    public OnnxForestColumns(OnnxSlots slots, Tree[] trees)
    {
        this.slots = slots;
        foreach (Tree tree in trees)
            for (int node = 0; node < tree.NodeCount; node++)
                Note(tree.Feature[node], tree.LeftBuckets[node]);
        int next = 0;
        foreach (int slot in numbers.Keys.ToArray())
            numbers[slot] = next++;
        foreach ((int slot, List<int[]> lefts) in divisions)
        {
            first[slot] = next;
            next += lefts.Count;
        }
    }

    public int Of(Tree tree, int node) => tree.LeftBuckets[node] is { } left
        ? first[tree.Feature[node]] + places[(tree.Feature[node], Key(left))]
        : numbers[tree.Feature[node]];

    public static double Threshold(Tree tree, int node) => tree.LeftBuckets[node] is null ? tree.Threshold[node] : Middle;

    /// <summary>All columns as [N, columns] of doubles.</summary>
    public string Matrix()
    {
        OnnxGraph graph = slots.Graph;
        List<string> parts = [.. numbers.Keys.Select(slots.Value)];
        foreach ((int slot, List<int[]> lefts) in divisions)
        {
            int buckets = slots.Slots[slot].Buckets;
            string sides = graph.Constant(Sides(buckets, lefts), buckets, lefts.Count);
            parts.Add(graph.Cast(graph.Op("Gather", sides, slots.BucketVector(slot)), ElementType.Double));
        }
        if (parts.Count == 0)
            parts.Add(slots.Zeros());
        return parts.Count == 1 ? parts[0] : graph.Op("Concat", parts, OnnxGraph.Attribute("axis", 1));
    }

    private static byte[] Sides(int buckets, List<int[]> lefts)
    {
        byte[] sides = new byte[buckets * lefts.Count];
        Array.Fill(sides, (byte)1);
        for (int d = 0; d < lefts.Count; d++)
            foreach (int bucket in lefts[d])
                sides[bucket * lefts.Count + d] = 0;
        return sides;
    }

    private void Note(int slot, int[]? left)
    {
        if (left is null)
        {
            numbers[slot] = 0;
            return;
        }
        if (!divisions.TryGetValue(slot, out List<int[]>? known))
            divisions.Add(slot, known = []);
        if (places.TryAdd((slot, Key(left)), known.Count))
            known.Add(left);
    }

    private static string Key(int[] left) => string.Create(left.Length, left, static (text, buckets) =>
    {
        for (int i = 0; i < text.Length; i++)
            text[i] = (char)buckets[i];
    });
}
