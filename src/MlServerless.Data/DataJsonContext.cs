using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>How the data of this project is written as JSON: lower camel names, absent members for null, unknown members refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(DoubleJsonConverter)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DataSchema))]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(DataProfile))]
[JsonSerializable(typeof(CsvFormat))]
[JsonSerializable(typeof(DataPart))]
[JsonSerializable(typeof(DriftResult))]
public sealed partial class DataJsonContext : JsonSerializerContext;
