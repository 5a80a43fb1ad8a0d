using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Monitoring.Feedback;

/// <summary>
/// Takes what turned out to be true of predictions. Table <c>monitoring</c>, partition = model, row <c>feedback:{version}:{window}:{request and row}</c>: the key
/// is the prediction itself, so sending it again changes nothing, and a correction takes the place of what was said before, however late.
/// </summary>
public sealed class FeedbackService(IPipelineStorage storage, PredictionKey key, ServedModels models)
{
    /// <summary>Entries that one request may have.</summary>
    public const int MaxEntries = 10_000;

    private const int MaxDepth = 8;
    private const int MaxTold = 100;
    private const int RowsPerTransaction = 100;

    /// <param name="body">An entry <c>{"id", "label"}</c>, an array of entries, or <c>{"feedback": [entries]}</c>.</param>
    /// <returns>How many entries were taken.</returns>
    /// <exception cref="ProblemException">400: entries that cannot be right, all of them listed; nothing was taken. 413: too many.</exception>
    public async Task<int> TakeAsync(string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        PredictionSigner signer = await key.GetAsync(model, cancellationToken);
        using JsonDocument document = Parse(body);
        JsonElement[] entries = Entries(document.RootElement);
        var errors = new List<ProblemDetail>();
        int faults = 0;
        var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
        var artifacts = new Dictionary<int, ModelArtifact>();
        for (int i = 0; i < entries.Length; i++)
        {
            (string Field, string Message)? fault = await ReadAsync(signer, entries[i], artifacts, rows, cancellationToken);
            if (fault is not { } found)
                continue;
            if (++faults <= MaxTold)
                errors.Add(new ProblemDetail(string.Create(CultureInfo.InvariantCulture, $"$[{i}]{found.Field}"), found.Message));
        }

        if (faults > 0)
            throw ProblemException.BadRequest("The feedback cannot be taken.", string.Create(CultureInfo.InvariantCulture, $"{faults} of {entries.Length} entries are at fault. Nothing was taken; mend them and send the request again."), errors);
        foreach (Row[] chunk in rows.Values.Chunk(RowsPerTransaction))
            await storage.Monitoring.TryCommitAsync(model, [.. chunk.Select(row => new RowChange(RowChangeKind.Put, row))], cancellationToken);
        return entries.Length;
    }

    /// <summary>What has been said of the predictions of a version in a window.</summary>
    internal async IAsyncEnumerable<FeedbackEntry> ReadAsync(string model, int version, string window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string prefix = Prefix(version, window);
        await foreach (Row row in storage.Monitoring.QueryAsync(model, prefix, prefix + "~", cancellationToken))
            yield return JsonSerializer.Deserialize(row.Json, PipelineJson.Default.FeedbackEntry)!;
    }

    /// <summary>The same with the keys of the predictions (<see cref="PredictionId.Key"/>).</summary>
    internal async IAsyncEnumerable<(string Key, FeedbackEntry Entry)> ReadKeyedAsync(string model, int version, string window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string prefix = Prefix(version, window);
        await foreach (Row row in storage.Monitoring.QueryAsync(model, prefix, prefix + "~", cancellationToken))
            yield return (row.Key[prefix.Length..], JsonSerializer.Deserialize(row.Json, PipelineJson.Default.FeedbackEntry)!);
    }

    private static string Prefix(int version, string window) => string.Create(CultureInfo.InvariantCulture, $"feedback:{version:D8}:{window}:");

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            WellFormedJson.Require(body.Span, MaxDepth);
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException exception)
        {
            throw ProblemException.BadRequest("The body is not valid JSON.", JsonFault.Describe(exception) + " Send {\"feedback\": [{\"id\": \"…\", \"label\": …}, …]}.");
        }
    }

    private static JsonElement[] Entries(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("feedback", out JsonElement list))
            root = list;
        JsonElement[] entries = root.ValueKind switch
        {
            JsonValueKind.Array when root.GetArrayLength() <= MaxEntries => [.. root.EnumerateArray()],
            JsonValueKind.Array => throw new ProblemException(413, "The request has too many entries.", string.Create(CultureInfo.InvariantCulture, $"Send up to {MaxEntries} at a time.")),
            JsonValueKind.Object => [root],
            _ => [],
        };
        return entries.Length > 0 ? entries : throw ProblemException.BadRequest("The body holds no feedback.", "Send {\"feedback\": [{\"id\": \"…\", \"label\": …}, …]}.");
    }

    private async Task<(string Field, string Message)?> ReadAsync(
        PredictionSigner signer, JsonElement entry, Dictionary<int, ModelArtifact> artifacts, Dictionary<string, Row> rows, CancellationToken cancellationToken)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("id", out JsonElement id) || id.ValueKind != JsonValueKind.String || !entry.TryGetProperty("label", out JsonElement label))
            return ("", "expected {\"id\": \"…\", \"label\": …}.");
        string model = signer.Model;
        if (PredictionIds.Parse(signer, id.GetString()!) is not { } prediction)
            return (".id", $"is no id of a prediction by model '{model}'. Send the id that came with the prediction, unchanged.");
        if (!artifacts.TryGetValue(prediction.Version, out ModelArtifact? artifact))
            artifacts[prediction.Version] = artifact = (await models.GetAsync(model, prediction.Version, cancellationToken)).Model.Artifact;
        if (Actual(artifact, label) is not { } actual)
        {
            string expected = artifact.Task == LearningTask.Regression ? "a number" : string.Join(", ", artifact.ClassLabels.Take(20));
            return (".label", $"expected {expected}.");
        }

        string rowKey = Prefix(prediction.Version, prediction.Window.Name) + prediction.Key;
        rows[rowKey] = new Row(model, rowKey, JsonSerializer.Serialize(new FeedbackEntry(prediction.Predicted, prediction.Score, actual), PipelineJson.Default.FeedbackEntry));
        return null;
    }

    private static double? Actual(ModelArtifact artifact, JsonElement label)
    {
        if (artifact.Task == LearningTask.Regression)
            return label.ValueKind == JsonValueKind.Number && label.TryGetDouble(out double value) && double.IsFinite(value) ? value : null;
        string? text = label.ValueKind switch
        {
            JsonValueKind.String => label.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => label.GetRawText(),
            _ => null,
        };
        for (int i = 0; i < artifact.ClassLabels.Count; i++)
        {
            if (artifact.ClassLabels[i] == text)
                return i;
        }

        return null;
    }
}
