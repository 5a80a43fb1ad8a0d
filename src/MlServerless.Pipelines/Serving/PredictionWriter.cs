using System.Buffers;
using System.Text;
using System.Text.Json;
using MlServerless.Learning;

namespace MlServerless.Pipelines.Serving;

/// <summary>Writes predictions as JSON. Numbers are written so that reading them gives the same bits.</summary>
internal static class PredictionWriter
{
    private const int MaxWarnings = 100;

    public static void Write(ArrayBufferWriter<byte> output, ModelAnswer answer, RowBatch rows, double[] scores, List<(int Row, int Input)> unseen)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        ServedModel model = answer.Model;
        writer.WriteStartObject();
        writer.WriteString("model"u8, model.Name);
        writer.WriteNumber("version"u8, model.Version);
        writer.WriteString("modelHash"u8, model.Hash.Hex);
        writer.WriteString("schemaHash"u8, model.Artifact.Signature.SchemaHash.Hex);
        if (answer.Degraded)
            writer.WriteBoolean("degraded"u8, true);
        writer.WriteStartArray("predictions"u8);
        int outputs = model.Scorer.OutputCount;
        for (int row = 0; row < rows.RowCount; row++)
            WritePrediction(writer, model.Artifact, scores.AsSpan(row * outputs, outputs));
        writer.WriteEndArray();
        if (unseen.Count > 0)
            WriteWarnings(writer, model, rows, unseen);
        writer.WriteEndObject();
    }

    private static void WritePrediction(Utf8JsonWriter writer, ModelArtifact artifact, ReadOnlySpan<double> scores)
    {
        writer.WriteStartObject();
        switch (artifact.Task)
        {
            case LearningTask.Regression:
                writer.WriteNumber("value"u8, scores[0]);
                break;
            case LearningTask.Binary:
                writer.WriteString("label"u8, artifact.ClassLabels[scores[0] >= 0.5 ? 1 : 0]);
                writer.WriteNumber("probability"u8, scores[0]);
                break;
            default:
                WriteClasses(writer, artifact.ClassLabels, scores);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteClasses(Utf8JsonWriter writer, IReadOnlyList<string> labels, ReadOnlySpan<double> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }

        writer.WriteString("label"u8, labels[best]);
        writer.WriteNumber("probability"u8, scores[best]);
        writer.WriteStartObject("probabilities"u8);
        for (int i = 0; i < scores.Length; i++)
            writer.WriteNumber(labels[i], scores[i]);
        writer.WriteEndObject();
    }

    private static void WriteWarnings(Utf8JsonWriter writer, ServedModel model, RowBatch rows, List<(int Row, int Input)> unseen)
    {
        writer.WriteStartArray("warnings"u8);
        foreach ((int row, int input) in unseen.Take(MaxWarnings))
        {
            writer.WriteStartObject();
            writer.WriteNumber("row"u8, row);
            writer.WriteString("column"u8, model.Artifact.Signature.Inputs[input].Name);
            writer.WriteString("code"u8, "unseen-category"u8);
            writer.WriteString("message"u8, $"The model never saw '{Encoding.UTF8.GetString(rows.Text(rows[row, input]))}' here; it was scored as an unseen category.");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
