using MlServerless.Learning.Trainers.Linear;
using ElementType = MlServerless.Learning.Onnx.Protocol.TensorProto.Types.DataType;

namespace MlServerless.Learning.Onnx;

/// <summary>A linear model as ONNX: standardised numbers and missing indicators times a matrix, plus the coefficients that levels and buckets pick.</summary>
internal static class OnnxLinear
{
    /// <returns>Raw scores as [N, outputs] of doubles.</returns>
    public static string Add(OnnxSlots slots, LinearBody body)
    {
        OnnxGraph graph = slots.Graph;
        int outputs = body.Intercepts.Length;
        double unit = OnnxUnits.Of(body.Coefficients.SelectMany(own => own).Concat(body.Intercepts).Max(Math.Abs));
        List<string> dense = [];
        List<int> denseCoefficients = [];
        List<string> sums = [];
        int first = 0;
        foreach (LinearTerm term in body.Terms)
        {
            if (term.Kind == LinearTermKind.OneHot)
                sums.Add(Picked(slots, term, Rows(body, Enumerable.Range(first, term.Columns), unit), outputs));
            else
                AddNumber(slots, term, first, dense, denseCoefficients);
            first += term.Columns;
        }
        if (dense.Count > 0)
        {
            string design = dense.Count == 1 ? dense[0] : graph.Op("Concat", dense, OnnxGraph.Attribute("axis", 1));
            sums.Add(graph.Op("MatMul", design, graph.Constant(Rows(body, denseCoefficients, unit), dense.Count, outputs)));
        }
        if (sums.Count == 0)
            sums.Add(slots.Zeros());
        string total = sums.Aggregate((left, right) => graph.Op("Add", left, right));
        string scores = graph.Op("Add", total, graph.Constant(OnnxUnits.Divide(body.Intercepts, unit), 1, outputs));
        return graph.Op("Mul", scores, graph.Scalar(unit));
    }

    private static void AddNumber(OnnxSlots slots, LinearTerm term, int first, List<string> dense, List<int> coefficients)
    {
        OnnxGraph graph = slots.Graph;
        string value = slots.Value(term.Slot);
        string missing = graph.Op("IsNaN", value);
        if (term.Scale != 0)
        {
            string standardised = graph.Op("Mul", graph.Op("Sub", value, graph.Scalar(term.Mean)), graph.Scalar(term.Scale));
            string bounded = graph.Op("Clip", standardised, graph.Scalar(-LinearTerm.MaxStandardised), graph.Scalar(LinearTerm.MaxStandardised));
            dense.Add(graph.Op("Where", missing, graph.Scalar(0), bounded));
            coefficients.Add(first);
        }
        if (term.Kind == LinearTermKind.NumberOrMissing)
        {
            dense.Add(graph.Cast(missing, ElementType.Double));
            coefficients.Add(first + 1);
        }
    }

    /// <summary>The coefficients of the level or bucket of each row; zeros where it has none.</summary>
    private static string Picked(OnnxSlots slots, LinearTerm term, double[] coefficients, int outputs)
    {
        OnnxGraph graph = slots.Graph;
        double[] withNone = [.. coefficients, .. new double[outputs]];
        string table = graph.Constant(withNone, term.Columns + 1, outputs);
        if (slots.Slots[term.Slot].IsCategory)
            return graph.Op("Gather", table, slots.BucketVector(term.Slot));
        string level = graph.Op("Sub", slots.Value(term.Slot), graph.Scalar(term.First));
        string exists = graph.Op(
            "And",
            graph.Op("GreaterOrEqual", level, graph.Scalar(0)),
            graph.Op("Less", level, graph.Scalar(term.Columns)));
        string row = graph.Cast(graph.Op("Where", exists, level, graph.Scalar(term.Columns)), ElementType.Int64);
        return graph.Op("Gather", table, graph.Op("Reshape", row, graph.Constant([-1L], 1)));
    }

    /// <summary>Coefficients as a matrix with one row each, one column per output.</summary>
    private static double[] Rows(LinearBody body, IEnumerable<int> coefficients, double unit) =>
        [.. coefficients.SelectMany(c => body.Coefficients.Select(own => own[c] / unit))];
}
