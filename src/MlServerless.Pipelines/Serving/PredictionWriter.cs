using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MlServerless.Learning;
using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Serving;

/// <summary>Writes predictions as JSON. Numbers are written so that reading them gives the same bits.</summary>
internal static class PredictionWriter
{
    private const int MaxWarnings = 100;

    /// <summary>Answers are JSON and never part of a page.</summary>
    public static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> output, PredictionOutcome outcome)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        ServedModel model = outcome.Model;
        writer.WriteStartObject();
        writer.WriteString("model"u8, model.NameText);
        writer.WriteNumber("version"u8, model.Version);
        writer.WriteString("modelHash"u8, model.HashText);
        writer.WriteString("schemaHash"u8, model.SchemaHashText);
        if (outcome.Answer.Degraded)
            writer.WriteBoolean("degraded"u8, true);
        WritePredictions(writer, outcome);
        if (outcome.Unseen.Count > 0)
            WriteWarnings(writer, outcome);
        writer.WriteEndObject();
    }

    /// <summary>Writes a member with an object per row.</summary>
    public static void WritePredictions(Utf8JsonWriter writer, PredictionOutcome outcome, string member = "predictions")
    {
        writer.WriteStartArray(member);
        for (int row = 0; row < outcome.Rows.RowCount; row++)
        {
            writer.WriteStartObject();
            WriteMembers(writer, outcome, row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes what is said of one row into an object that has begun.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, PredictionOutcome outcome, int row)
    {
        ReadOnlySpan<double> scores = outcome.Row(row);
        JsonEncodedText[] labels = outcome.Model.ClassTexts;
        if (outcome.Ids is { } ids)
        {
            Span<byte> id = stackalloc byte[PredictionIds.Length];
            ids.Write(outcome.FirstId + row, outcome.Class(row), outcome.Score(row), id);
            writer.WriteString("id"u8, id);
        }

        switch (outcome.Model.Artifact.Task)
        {
            case LearningTask.Regression:
                writer.WriteNumber("value"u8, scores[0]);
                break;
            case LearningTask.Binary:
                writer.WriteString("label"u8, labels[outcome.Class(row)]);
                writer.WriteNumber("probability"u8, scores[0]);
                break;
            default:
                int best = outcome.Class(row);
                writer.WriteString("label"u8, labels[best]);
                writer.WriteNumber("probability"u8, scores[best]);
                writer.WriteStartObject("probabilities"u8);
                for (int i = 0; i < scores.Length; i++)
                    writer.WriteNumber(labels[i], scores[i]);
                writer.WriteEndObject();
                break;
        }

        if (outcome.Explanations is { } explanations)
            WriteExplanation(writer, outcome, explanations, row);
    }

    private static void WriteExplanation(Utf8JsonWriter writer, PredictionOutcome outcome, RowExplanations explanations, int row)
    {
        JsonEncodedText[] inputs = outcome.Model.InputTexts;
        ReadOnlySpan<double> contributions = explanations.Contributions(row);
        writer.WriteStartObject("explanation"u8);
        writer.WriteNumber("rawScore"u8, explanations.RawScore(row));
        writer.WriteNumber("base"u8, explanations.BaseValue(row));
        writer.WriteStartArray("contributions"u8);
        foreach (int input in explanations.ByWeight(row))
        {
            writer.WriteStartObject();
            writer.WriteString("column"u8, inputs[input]);
            writer.WriteNumber("value"u8, contributions[input]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteWarnings(Utf8JsonWriter writer, PredictionOutcome outcome)
    {
        writer.WriteStartArray("warnings"u8);
        foreach ((int row, int input) in outcome.Unseen.Take(MaxWarnings))
        {
            writer.WriteStartObject();
            writer.WriteNumber("row"u8, row);
            writer.WriteString("column"u8, outcome.Model.Artifact.Signature.Inputs[input].Name);
            writer.WriteString("code"u8, "unseen-category"u8);
            writer.WriteString("message"u8, $"The model never saw '{Encoding.UTF8.GetString(outcome.Rows.Text(outcome.Rows[row, input]))}' here; it was scored as an unseen category.");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
