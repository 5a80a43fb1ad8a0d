using System.Text.Json;
using System.Text.Json.Serialization;
using MlServerless.Data;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Artifacts;

/// <summary>The parts of an artifact that are read as a whole; what is unknown, missing or null where it must not be is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(DoubleJsonConverter)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SignatureDocument))]
[JsonSerializable(typeof(BinnedHeader))]
[JsonSerializable(typeof(PreprocessingDocument))]
[JsonSerializable(typeof(TrainerDocument))]
[JsonSerializable(typeof(TrainingRows))]
[JsonSerializable(typeof(ModelImportance))]
[JsonSerializable(typeof(LearningTask))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, double>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, JsonElement>))]
internal sealed partial class ArtifactJsonContext : JsonSerializerContext;
