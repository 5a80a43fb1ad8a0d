using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>Writes enum members as lower camel strings and refuses integers.</summary>
public sealed class LowerCamelEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;
