using System.Text.Json;
using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Explanations;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Onnx;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>A linear model: terms, and per output an intercept and the coefficients of all terms in their order.</summary>
/// <param name="averages">Null for models of before it was kept.</param>
internal sealed class LinearBody(LinearTerm[] terms, double[] intercepts, double[][] coefficients, double[]? averages) : IModelBody
{
    private static readonly string[] Members = ["averages", "coefficients", "intercepts", "terms"];
    private static readonly string[] Optional = ["averages"];
    private static readonly string[] TermMembers = ["columns", "first", "kind", "mean", "scale", "slot"];

    public LinearTerm[] Terms { get; } = terms;

    public double[] Intercepts { get; } = intercepts;

    /// <summary>Per output.</summary>
    public double[][] Coefficients { get; } = coefficients;

    /// <summary>What every coefficient is multiplied by in the mean training row.</summary>
    public double[]? Averages { get; } = averages;

    /// <summary>Brings the solver's weights into the units of the label.</summary>
    public static LinearBody Create(LinearTerm[] terms, double[] weights, int outputs, TargetScale scale, double[] averages)
    {
        int width = weights.Length / outputs;
        double[] intercepts = new double[outputs];
        double[][] coefficients = new double[outputs][];
        for (int k = 0; k < outputs; k++)
        {
            ReadOnlySpan<double> own = weights.AsSpan(k * width, width);
            // A negative zero, which canonical JSON does not know, becomes zero.
            intercepts[k] = own[^1] * scale.Unit + scale.Center + 0.0;
            coefficients[k] = new double[width - 1];
            for (int p = 0; p < width - 1; p++)
                coefficients[k][p] = own[p] * scale.Unit + 0.0;
        }
        return new LinearBody(terms, intercepts, coefficients, averages);
    }

    public static LinearBody Read(ref Utf8JsonReader reader)
    {
        List<LinearTerm> terms = [];
        List<double[]> coefficients = [];
        double[] intercepts = [];
        double[]? averages = null;
        JsonRead.Object(ref reader, "model", Members, Optional, (ref Utf8JsonReader r, string name) =>
        {
            switch (name)
            {
                case "coefficients":
                    JsonRead.Array(ref r, name, (ref Utf8JsonReader element, string what) => coefficients.Add(JsonRead.Numbers(ref element, what)));
                    break;
                case "averages":
                    averages = JsonRead.Numbers(ref r, name);
                    break;
                case "intercepts":
                    intercepts = JsonRead.Numbers(ref r, name);
                    break;
                default:
                    JsonRead.Array(ref r, name, (ref Utf8JsonReader element, string _) => terms.Add(ReadTerm(ref element, terms.Count)));
                    break;
            }
        });
        return new LinearBody([.. terms], intercepts, [.. coefficients], averages);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        JsonWrite.Numbers(writer, "intercepts", Intercepts);
        writer.WriteStartArray("coefficients");
        foreach (double[] own in Coefficients)
            JsonWrite.Numbers(writer, own);
        writer.WriteEndArray();
        if (Averages is not null)
            JsonWrite.Numbers(writer, "averages", Averages);
        writer.WriteStartArray("terms");
        foreach (LinearTerm term in Terms)
        {
            writer.WriteStartObject();
            writer.WriteNumber("slot", term.Slot);
            writer.WriteNumber("kind", (int)term.Kind);
            JsonWrite.Number(writer, "mean", term.Mean);
            JsonWrite.Number(writer, "scale", term.Scale);
            writer.WriteNumber("first", term.First);
            writer.WriteNumber("columns", term.Columns);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public void Check(IReadOnlyList<Slot> slots, LearningTask task, int classes)
    {
        int outputs = task == LearningTask.Multiclass ? classes : 1;
        if (Intercepts.Length != outputs || Coefficients.Length != outputs)
            throw new InvalidArtifactException($"model: {outputs} outputs are needed, not {Intercepts.Length} intercepts and {Coefficients.Length} lists of coefficients.");
        int columns = 0;
        double[] largest = [.. Intercepts.Select(Math.Abs)];
        for (int t = 0; t < Terms.Length; t++)
        {
            LinearTerm term = Terms[t];
            if (term.Slot < 0 || term.Slot >= slots.Count)
                throw new InvalidArtifactException($"term {t}: there is no slot {term.Slot}; the preprocessing makes {slots.Count}.");
            int expected = term.Kind switch
            {
                LinearTermKind.Number => 1,
                LinearTermKind.NumberOrMissing => 2,
                LinearTermKind.Sparse => SparseRun(slots, term.Slot),
                LinearTermKind.OneHot => slots[term.Slot].IsCategory ? slots[term.Slot].Buckets : slots[term.Slot].Levels,
                _ => throw new InvalidArtifactException($"term {t}: there is no kind {(int)term.Kind}."),
            };
            if (term.Columns != expected || term.Columns < 1)
                throw new InvalidArtifactException($"term {t}: {expected} columns are needed, not {term.Columns}.");
            if (term.Kind != LinearTermKind.OneHot && slots[term.Slot].IsCategory)
                throw new InvalidArtifactException($"term {t}: slot {term.Slot} is a category, not a number.");
            // At once, before many terms ask for the same slots.
            if (Array.Exists(Coefficients, own => own.Length - columns < term.Columns))
                throw new InvalidArtifactException($"term {t}: there are fewer coefficients than terms need.");
            for (int k = 0; k < outputs; k++)
                largest[k] += term.Largest(Coefficients[k].AsSpan(columns, term.Columns));
            columns += term.Columns;
        }
        if (Array.Exists(largest, sum => !double.IsFinite(sum)))
            throw new InvalidArtifactException("model: its coefficients are so large that scores would not be finite.");
        if (Array.Exists(Coefficients, own => own.Length != columns))
            throw new InvalidArtifactException($"model: every output needs {columns} coefficients.");
        if (Averages is not null && Averages.Length != columns)
            throw new InvalidArtifactException($"model: {columns} averages are needed, not {Averages.Length}.");
    }

    /// <summary>Sparse slots of one input in a row.</summary>
    private static int SparseRun(IReadOnlyList<Slot> slots, int first)
    {
        int count = 0;
        while (first + count < slots.Count && slots[first + count].IsSparse && slots[first + count].Input == slots[first].Input)
            count++;
        return count;
    }

    public IPredictor Compile(IReadOnlyList<Slot> slots, LearningTask task, int classes) => new LinearPredictor(this);

    public string AddTo(OnnxSlots slots) => OnnxLinear.Add(slots, this);

    public IAttribution Attribute(IReadOnlyList<Slot> slots) => new LinearAttribution(this, slots);

    public double[]? Gains(int slots) => null;

    private static LinearTerm ReadTerm(ref Utf8JsonReader reader, int index)
    {
        int slot = 0, kind = 0, first = 0, columns = 0;
        double mean = 0, scale = 0;
        JsonRead.Object(ref reader, FormattableString.Invariant($"term {index}"), TermMembers, (ref Utf8JsonReader r, string name) =>
        {
            switch (name)
            {
                case "slot": slot = JsonRead.Integer(ref r, name); break;
                case "kind": kind = JsonRead.Integer(ref r, name); break;
                case "first": first = JsonRead.Integer(ref r, name); break;
                case "columns": columns = JsonRead.Integer(ref r, name); break;
                case "mean": mean = JsonRead.Number(ref r, name); break;
                default: scale = JsonRead.Number(ref r, name); break;
            }
        });
        return new LinearTerm(slot, (LinearTermKind)kind, mean, scale, first, columns);
    }
}
