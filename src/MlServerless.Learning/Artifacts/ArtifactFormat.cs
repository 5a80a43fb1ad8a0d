using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlServerless.Data;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers;

namespace MlServerless.Learning.Artifacts;

/// <summary>An artifact as canonical JSON. Reading trusts nothing: what it accepts can be scored without checks.</summary>
internal static class ArtifactFormat
{
    /// <summary>Goes up when the layout changes.</summary>
    public const int FormatVersion = 2;

    /// <summary>The oldest layout that is still read: it knows no importance.</summary>
    public const int OldestVersion = 1;

    public const int MaxBytes = 512 << 20;
    private const int MaxInputs = 10_000;
    private const int MaxClasses = 10_000;

    private static readonly string[] Members =
    [
        "classLabels", "format", "importance", "metrics", "model", "parameters", "predictions", "preprocessing",
        "reference", "rows", "seed", "signature", "task", "trainer",
    ];

    private static readonly string[] Optional = ["importance"];

    public static byte[] Write(ArtifactContent content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format", content.Importance is null ? OldestVersion : FormatVersion);
            Write(writer, "task", content.Task, ArtifactJsonContext.Default.LearningTask);
            Write(writer, "trainer", content.Trainer, ArtifactJsonContext.Default.TrainerDocument);
            Write(writer, "parameters", content.Parameters, ArtifactJsonContext.Default.IReadOnlyDictionaryStringJsonElement);
            // A string, because a JSON number is a double.
            writer.WriteString("seed", content.Seed.ToString(CultureInfo.InvariantCulture));
            Write(writer, "signature", SignatureDocument.Of(content.Signature), ArtifactJsonContext.Default.SignatureDocument);
            Write(writer, "classLabels", content.ClassLabels, ArtifactJsonContext.Default.IReadOnlyListString);
            var preprocessing = new PreprocessingDocument(Preprocessor.AlgorithmVersion, [.. content.Preprocessor.Inputs.Select(i => i.Describe())]);
            Write(writer, "preprocessing", preprocessing, ArtifactJsonContext.Default.PreprocessingDocument);
            writer.WritePropertyName("model");
            content.Body.Write(writer);
            Write(writer, "rows", content.Rows, ArtifactJsonContext.Default.TrainingRows);
            Write(writer, "metrics", content.Metrics, ArtifactJsonContext.Default.IReadOnlyDictionaryStringDouble);
            if (content.Importance is not null)
                Write(writer, "importance", content.Importance, ArtifactJsonContext.Default.ModelImportance);
            writer.WritePropertyName("reference");
            writer.WriteRawValue(content.Reference.ToCanonicalJson(), skipInputValidation: true);
            writer.WritePropertyName("predictions");
            if (content.Predictions is null)
                writer.WriteNullValue();
            else
                writer.WriteRawValue(content.Predictions.ToCanonicalJson(), skipInputValidation: true);
            writer.WriteEndObject();
        }
        return CanonicalJson.Canonicalize(buffer.WrittenSpan);
    }

    /// <exception cref="InvalidArtifactException">The bytes are not an artifact that can be scored.</exception>
    public static ArtifactContent Read(byte[] json)
    {
        if (json.Length > MaxBytes)
            throw new InvalidArtifactException($"The artifact has {json.Length} bytes; at most {MaxBytes} are read.");
        try
        {
            ArtifactContent content = Parse(json);
            Check(content);
            return content;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException or OverflowException or NotSupportedException)
        {
            throw new InvalidArtifactException($"The artifact cannot be read: {e.Message}", e);
        }
    }

    private static ArtifactContent Parse(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read())
            throw new InvalidArtifactException("The artifact is empty.");
        var parts = new Dictionary<string, Range>(StringComparer.Ordinal);
        JsonRead.Object(ref reader, "artifact", Members, Optional, (ref Utf8JsonReader r, string name) =>
        {
            int start = (int)r.TokenStartIndex;
            r.Skip();
            parts[name] = start..(int)r.BytesConsumed;
        });
        if (reader.Read())
            throw new InvalidArtifactException("More follows after the end of the artifact.");

        int format = Integer(json.AsSpan(parts["format"]));
        if (format is < OldestVersion or > FormatVersion)
            throw new InvalidArtifactException($"The artifact has format {format}; this version reads formats {OldestVersion} to {FormatVersion}.");
        if (parts.ContainsKey("importance") != format > OldestVersion)
            throw new InvalidArtifactException($"format: {format} {(format > OldestVersion ? "needs" : "has no")} member 'importance'.");
        TrainerDocument trainer = Value(json.AsSpan(parts["trainer"]), "trainer", ArtifactJsonContext.Default.TrainerDocument);
        PreprocessingDocument preprocessing = Value(json.AsSpan(parts["preprocessing"]), "preprocessing", ArtifactJsonContext.Default.PreprocessingDocument);
        Require(trainer.Name, "trainer", "name");
        Require(preprocessing.Inputs, "preprocessing", "inputs");
        if (preprocessing.AlgorithmVersion is < Preprocessor.OldestVersion or > Preprocessor.AlgorithmVersion)
            throw new InvalidArtifactException($"preprocessing: algorithm version {preprocessing.AlgorithmVersion} is none of {Preprocessor.OldestVersion} to {Preprocessor.AlgorithmVersion}, which this version knows.");
        if (preprocessing.Inputs.Count > MaxInputs)
            throw new InvalidArtifactException($"preprocessing: {preprocessing.Inputs.Count} inputs; at most {MaxInputs} are read.");
        ReadOnlySpan<byte> predictions = json.AsSpan(parts["predictions"]);
        return new ArtifactContent
        {
            Task = Value(json.AsSpan(parts["task"]), "task", ArtifactJsonContext.Default.LearningTask),
            Trainer = trainer,
            Parameters = Value(json.AsSpan(parts["parameters"]), "parameters", ArtifactJsonContext.Default.IReadOnlyDictionaryStringJsonElement),
            Seed = Seed(json.AsSpan(parts["seed"])),
            Signature = Value(json.AsSpan(parts["signature"]), "signature", ArtifactJsonContext.Default.SignatureDocument).ToSignature(),
            ClassLabels = Value(json.AsSpan(parts["classLabels"]), "classLabels", ArtifactJsonContext.Default.IReadOnlyListString),
            Preprocessor = new Preprocessor([.. preprocessing.Inputs.Select((input, i) => input?.ToEncoder(i) ?? throw new InvalidArtifactException($"preprocessing: input {i} is null."))]),
            Body = Body(trainer, json.AsSpan(parts["model"])),
            Rows = Value(json.AsSpan(parts["rows"]), "rows", ArtifactJsonContext.Default.TrainingRows),
            Reference = TableSketch.Parse(json.AsSpan(parts["reference"])),
            Predictions = predictions.SequenceEqual("null"u8) ? null : TableSketch.Parse(predictions),
            Importance = parts.TryGetValue("importance", out Range importance) ? Value(json.AsSpan(importance), "importance", ArtifactJsonContext.Default.ModelImportance) : null,
            Metrics = Value(json.AsSpan(parts["metrics"]), "metrics", ArtifactJsonContext.Default.IReadOnlyDictionaryStringDouble),
        };
    }

    private static void Check(ArtifactContent content)
    {
        int classes = content.ClassLabels.Count;
        bool fits = content.Task switch
        {
            LearningTask.Binary => classes == 2,
            LearningTask.Multiclass => classes is >= 2 and <= MaxClasses,
            LearningTask.Regression => classes == 0,
            _ => false,
        };
        if (!fits || content.ClassLabels.Distinct(StringComparer.Ordinal).Count() != classes || content.ClassLabels.Any(label => label is null))
            throw new InvalidArtifactException($"classLabels: {classes} labels do not fit the task {content.Task}, or one is there twice.");
        foreach ((string name, JsonElement value) in content.Parameters)
            if (!IsPlain(value) && (value.ValueKind != JsonValueKind.Object || !value.EnumerateObject().All(member => IsPlain(member.Value))))
                throw new InvalidArtifactException($"parameters: '{name}' is neither a number, nor a text, nor an object of these.");
        IReadOnlyList<InputEncoder> inputs = content.Preprocessor.Inputs;
        IReadOnlyList<SignatureField> fields = content.Signature.Inputs;
        if (fields.Count != inputs.Count)
            throw new InvalidArtifactException($"signature: {fields.Count} inputs, but the preprocessing has {inputs.Count}.");
        for (int i = 0; i < inputs.Count; i++)
            if (fields[i] is null || fields[i].Name != inputs[i].Name || fields[i].Type != inputs[i].Type)
                throw new InvalidArtifactException($"signature: input {i} differs from that of the preprocessing, '{inputs[i].Name}' of type {inputs[i].Type}.");
        if (fields.Select(f => f.Name).Distinct(StringComparer.Ordinal).Count() != fields.Count)
            throw new InvalidArtifactException("signature: an input is there twice.");
        if (content.Importance is { } importance && !Require(importance.Inputs, "importance", "inputs").Select(i => i?.Name).SequenceEqual(fields.Select(f => f.Name)))
            throw new InvalidArtifactException("importance: its inputs are not those of the signature.");
        content.Body.Check(content.Preprocessor.Slots, content.Task, classes);
    }

    /// <summary>Members of positional records may be left out of JSON unnoticed.</summary>
    internal static T Require<T>(T? value, string what, string member)
        where T : class =>
        value ?? throw new InvalidArtifactException($"{what}: the member '{member}' is missing.");

    private static bool IsPlain(JsonElement value) => value.ValueKind is JsonValueKind.Number or JsonValueKind.String;

    private static IModelBody Body(TrainerDocument document, ReadOnlySpan<byte> json)
    {
        ITrainer trainer = TrainerRegistry.Find(document.Name)
            ?? throw new InvalidArtifactException($"trainer: {TrainerRegistry.Unknown(document.Name)}");
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return trainer.Read(ref reader);
    }

    private static void Write<T>(Utf8JsonWriter writer, string name, T value, JsonTypeInfo<T> type)
    {
        writer.WritePropertyName(name);
        JsonSerializer.Serialize(writer, value, type);
    }

    private static T Value<T>(ReadOnlySpan<byte> json, string what, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type) ?? throw new InvalidArtifactException($"{what}: null is not a value.");

    private static int Integer(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return JsonRead.Integer(ref reader, "format");
    }

    private static ulong Seed(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return ulong.TryParse(JsonRead.Text(ref reader, "seed"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : throw new InvalidArtifactException("seed: expected an unsigned 64-bit integer as a string.");
    }
}
