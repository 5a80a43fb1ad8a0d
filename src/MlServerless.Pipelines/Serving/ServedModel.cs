using System.Text.Encodings.Web;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Serving;

/// <summary>One model version in memory, ready to predict.</summary>
public sealed class ServedModel
{
    [ThreadStatic]
    private static (ServedModel Model, FeatureRow Row)? lastRow;

    private Explainer? explainer;

    public ServedModel(string name, int version, MonitoringSpec monitoring, ModelArtifact artifact)
    {
        Name = name;
        Version = version;
        Monitoring = monitoring;
        Artifact = artifact;
        Scorer = Scorer.Compile(artifact);
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

    /// <summary>Made when somebody first asks for an explanation.</summary>
    public Explainer Explainer => LazyInitializer.EnsureInitialized(ref explainer, () => Explainer.Compile(Artifact));

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

    private static JsonEncodedText Text(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
