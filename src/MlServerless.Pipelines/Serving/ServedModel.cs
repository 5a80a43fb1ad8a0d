using System.Text.Encodings.Web;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Serving;

/// <summary>One model version in memory, ready to predict.</summary>
public sealed class ServedModel
{
    private readonly Lazy<Explainer> explainer;

    [ThreadStatic]
    private static (ServedModel Model, FeatureRow Row)? lastRow;

    public ServedModel(string name, int version, MonitoringSpec monitoring, ModelArtifact artifact)
    {
        Name = name;
        Version = version;
        Monitoring = monitoring;
        Artifact = artifact;
        Scorer = Scorer.Compile(artifact);
        explainer = new Lazy<Explainer>(() => Explainer.Compile(artifact));
        Rows = new JsonRowReader(artifact.Signature);
        VersionText = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        NameText = Text(name);
        HashText = Text(artifact.Hash.Hex);
        SchemaHashText = Text(artifact.Signature.SchemaHash.Hex);
        ClassTexts = [.. artifact.ClassLabels.Select(Text)];
        InputTexts = [.. artifact.Signature.Inputs.Select(input => Text(input.Name))];
    }

    public string Name { get; }

    public int Version { get; }

    /// <summary><see cref="Version"/> as answers carry it.</summary>
    public string VersionText { get; }

    public MonitoringSpec Monitoring { get; }

    public ContentHash Hash => Artifact.Hash;

    public ModelArtifact Artifact { get; }

    public Scorer Scorer { get; }

    public JsonRowReader Rows { get; }

    // What every answer repeats, as JSON text.
    internal JsonEncodedText NameText { get; }

    internal JsonEncodedText HashText { get; }

    internal JsonEncodedText SchemaHashText { get; }

    internal JsonEncodedText[] ClassTexts { get; }

    internal JsonEncodedText[] InputTexts { get; }

    /// <summary>Scores every row: <see cref="Scorer.OutputCount"/> numbers each.</summary>
    /// <param name="unseen">Called for every input whose category the model never saw, with row and input.</param>
    public double[] Score(RowBatch rows, Action<int, int>? unseen = null)
    {
        FeatureRow features = lastRow is { } last && last.Model == this ? last.Row : Scorer.CreateRow();
        lastRow = (this, features);
        int outputs = Scorer.OutputCount;
        double[] scores = new double[rows.RowCount * outputs];
        for (int row = 0; row < rows.RowCount; row++)
        {
            rows.CopyTo(row, features);
            Scorer.Score(features, scores.AsSpan(row * outputs, outputs));
            for (int input = 0; unseen is not null && input < rows.Inputs; input++)
            {
                if (features.IsUnseen(input))
                    unseen(row, input);
            }
        }

        return scores;
    }

    /// <summary>Explains every row: for several classes, the predicted one.</summary>
    /// <param name="predicted">The index of a row's output.</param>
    internal RowExplanations Explain(RowBatch rows, Func<int, int> predicted)
    {
        FeatureRow features = Scorer.CreateRow();
        int inputs = rows.Inputs;
        var explanations = new RowExplanations(new double[rows.RowCount * inputs], new double[rows.RowCount], new double[rows.RowCount]);
        double[] all = new double[explainer.Value.OutputCount * inputs];
        double[] raw = new double[explainer.Value.OutputCount];
        for (int row = 0; row < rows.RowCount; row++)
        {
            rows.CopyTo(row, features);
            explainer.Value.Explain(features, all, raw);
            int output = raw.Length == 1 ? 0 : predicted(row);
            all.AsSpan(output * inputs, inputs).CopyTo(explanations.Contributions.AsSpan(row * inputs));
            explanations.Base[row] = explainer.Value.BaseValues[output];
            explanations.Raw[row] = raw[output];
        }

        return explanations;
    }

    private static JsonEncodedText Text(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
