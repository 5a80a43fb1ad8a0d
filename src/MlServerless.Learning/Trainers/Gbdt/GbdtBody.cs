using System.Text.Json;
using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Explanations;
using MlServerless.Learning.Onnx;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>A boosted forest: base scores and trees; tree t adds to output t modulo the number of outputs.</summary>
internal sealed class GbdtBody(double[] baseScores, Tree[] trees) : IModelBody
{
    private static readonly string[] Members = ["base", "trees"];

    public double[] BaseScores { get; } = baseScores;

    public Tree[] Trees { get; } = trees;

    public static GbdtBody Read(ref Utf8JsonReader reader)
    {
        double[] baseScores = [];
        Tree[] trees = [];
        JsonRead.Object(ref reader, "model", Members, (ref Utf8JsonReader r, string name) =>
        {
            if (name == "base")
                baseScores = JsonRead.Numbers(ref r, "base");
            else
                trees = TreeJson.ReadAll(ref r);
        });
        return new GbdtBody(baseScores, trees);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        JsonWrite.Numbers(writer, "base", BaseScores);
        writer.WriteStartArray("trees");
        foreach (Tree tree in Trees)
            TreeJson.Write(writer, tree);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public void Check(IReadOnlyList<Slot> slots, LearningTask task, int classes)
    {
        int outputs = task == LearningTask.Multiclass ? classes : 1;
        if (BaseScores.Length != outputs)
            throw new InvalidArtifactException($"base: {outputs} scores are needed, not {BaseScores.Length}.");
        if (Trees.Length % outputs != 0)
            throw new InvalidArtifactException($"trees: {Trees.Length} trees cannot be shared by {outputs} outputs.");
        for (int t = 0; t < Trees.Length; t++)
            TreeChecks.Check(Trees[t], t, slots);
        if (!double.IsFinite(BaseScores.Sum(Math.Abs) + Trees.Sum(tree => tree.LeafValue.Max(Math.Abs))))
            throw new InvalidArtifactException("trees: leaf values are so large that scores would not be finite.");
        foreach ((int slot, double[] thresholds) in ThresholdsBySlot())
        {
            if (slots[slot].Buckets > FeatureBins.MaxBins)
                throw new InvalidArtifactException($"slot {slot} has {slots[slot].Buckets} buckets; trees can tell {FeatureBins.MaxBins} apart.");
            if (thresholds.Length > FeatureBins.MaxBins - 2)
                throw new InvalidArtifactException($"slot {slot} is asked for {thresholds.Length} different thresholds; {FeatureBins.MaxBins - 2} are possible.");
        }
    }

    public IPredictor Compile(IReadOnlyList<Slot> slots, LearningTask task, int classes)
    {
        FeatureBins[] features = [.. ThresholdsBySlot().Select(used => slots[used.Key].IsCategory
            ? FeatureBins.Category(used.Key, slots[used.Key].Buckets)
            : FeatureBins.Numeric(used.Key, used.Value))];
        return new ForestPredictor(BaseScores, new CompiledForest(Trees, features, BaseScores.Length, CompiledForest.MaxTableBytes), features);
    }

    public string AddTo(OnnxSlots slots) => OnnxForest.Add(slots, BaseScores, Trees);

    public IAttribution Attribute(IReadOnlyList<Slot> slots) => new ForestAttribution(this, slots);

    public double[] Gains(int slots)
    {
        double[] gains = new double[slots];
        foreach (Tree tree in Trees)
            for (int node = 0; node < tree.NodeCount; node++)
                gains[tree.Feature[node]] += tree.Gain[node];
        return gains;
    }

    /// <summary>The slots that the trees ask for, each with the ascending thresholds that make its bins.</summary>
    private SortedDictionary<int, double[]> ThresholdsBySlot()
    {
        var found = new Dictionary<int, List<double>>();
        foreach (Tree tree in Trees)
            for (int node = 0; node < tree.NodeCount; node++)
            {
                if (!found.TryGetValue(tree.Feature[node], out List<double>? thresholds))
                    found.Add(tree.Feature[node], thresholds = []);
                if (tree.LeftBuckets[node] is null && tree.Threshold[node] != double.MaxValue)
                    thresholds.Add(tree.Threshold[node]);
            }
        return new SortedDictionary<int, double[]>(found.ToDictionary(slot => slot.Key, slot => slot.Value.Distinct().Order().ToArray()));
    }
}
