using System.Globalization;
using Google.Protobuf;
using MlServerless.Learning.Trainers.Gbdt;
using ElementType = MlServerless.Learning.Onnx.Protocol.TensorProto.Types.DataType;

namespace MlServerless.Learning.Onnx;

/// <summary>
/// A boosted forest as one TreeEnsembleRegressor over doubles, with double thresholds and leaf values. A node that divides a category
/// into two sets asks a column of its own, which holds on which side each bucket is.
/// </summary>
internal static class OnnxForest
{
    /// <summary>Nodes and leaves at most: some 40 bytes each in the file, and more while it is written.</summary>
    public const int MaxNodes = 2_000_000;

    /// <summary>2^-100: what trees add below this part of a base score is lost in it.</summary>
    private const double Negligible = 7.888609052210118e-31;

    private static readonly ByteString Branch = ByteString.CopyFromUtf8("BRANCH_LEQ");
    private static readonly ByteString Leaf = ByteString.CopyFromUtf8("LEAF");

    /// <returns>Raw scores as [N, outputs] of doubles.</returns>
    public static string Add(OnnxSlots slots, double[] baseScores, Tree[] trees)
    {
        long nodes = trees.Sum(tree => (long)tree.NodeCount + tree.LeafCount);
        if (nodes > MaxNodes)
            throw new OnnxExportException(string.Create(CultureInfo.InvariantCulture,
                $"The model has {nodes} nodes and leaves; {MaxNodes} are written as ONNX at most. Train with fewer rounds or leaves."), []);
        OnnxGraph graph = slots.Graph;
        var columns = new OnnxForestColumns(slots, trees);
        double unit = Unit(baseScores, trees);
        string sums = graph.MlOp("TreeEnsembleRegressor", [columns.Matrix()], Attributes(trees, baseScores.Length, columns, unit));
        string scores = graph.Op("Add", graph.Cast(sums, ElementType.Double), graph.Constant(OnnxUnits.Divide(baseScores, unit), 1, baseScores.Length));
        return graph.Op("Mul", scores, graph.Scalar(unit));
    }

    /// <summary>Brings every sum of leaves to within ±1: the operator's output is a float.</summary>
    private static double Unit(double[] baseScores, Tree[] trees)
    {
        double sum = 0;
        foreach (Tree tree in trees)
            sum += tree.LeafValue.Max(Math.Abs);
        return OnnxUnits.Of(Math.Max(sum, baseScores.Max(Math.Abs) * Negligible));
    }

    private static Protocol.AttributeProto[] Attributes(Tree[] trees, int outputs, OnnxForestColumns columns, double unit)
    {
        List<long> treeIds = [], nodeIds = [], features = [], left = [], right = [], missingLeft = [];
        List<ByteString> modes = [];
        List<double> thresholds = [];
        List<long> leafTrees = [], leafNodes = [], targets = [];
        List<double> weights = [];
        for (int t = 0; t < Math.Max(1, trees.Length); t++)
        {
            Tree tree = trees.Length > 0 ? trees[t] : Constant;
            int place(int child) => child >= 0 ? child : tree.NodeCount + ~child;
            for (int node = 0; node < tree.NodeCount + tree.LeafCount; node++)
            {
                bool inner = node < tree.NodeCount;
                treeIds.Add(t);
                nodeIds.Add(node);
                modes.Add(inner ? Branch : Leaf);
                features.Add(inner ? columns.Of(tree, node) : 0);
                thresholds.Add(inner ? OnnxForestColumns.Threshold(tree, node) : 0);
                left.Add(inner ? place(tree.Left[node]) : 0);
                right.Add(inner ? place(tree.Right[node]) : 0);
                missingLeft.Add(inner && tree.LeftBuckets[node] is null && tree.MissingLeft[node] ? 1 : 0);
                if (inner)
                    continue;
                leafTrees.Add(t);
                leafNodes.Add(node);
                targets.Add(t % outputs);
                weights.Add(tree.LeafValue[node - tree.NodeCount] / unit);
            }
        }
        return
        [
            OnnxGraph.Attribute("n_targets", outputs),
            OnnxGraph.Attribute("aggregate_function", "SUM"),
            OnnxGraph.Attribute("post_transform", "NONE"),
            OnnxGraph.Attribute("nodes_treeids", treeIds),
            OnnxGraph.Attribute("nodes_nodeids", nodeIds),
            OnnxGraph.Attribute("nodes_featureids", features),
            OnnxGraph.Attribute("nodes_modes", modes),
            OnnxGraph.Attribute("nodes_values_as_tensor", thresholds.ToArray()),
            OnnxGraph.Attribute("nodes_truenodeids", left),
            OnnxGraph.Attribute("nodes_falsenodeids", right),
            OnnxGraph.Attribute("nodes_missing_value_tracks_true", missingLeft),
            OnnxGraph.Attribute("target_treeids", leafTrees),
            OnnxGraph.Attribute("target_nodeids", leafNodes),
            OnnxGraph.Attribute("target_ids", targets),
            OnnxGraph.Attribute("target_weights_as_tensor", weights.ToArray()),
        ];
    }

    /// <summary>Stands in for a forest without trees, which the operator does not know.</summary>
    private static Tree Constant { get; } = new()
    {
        Feature = [], Threshold = [], MissingLeft = [], LeftBuckets = [], Left = [], Right = [], Gain = [], NodeRows = [], LeafValue = [0], LeafRows = [0],
    };
}
