using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace MlServerless.Worker.Invocation;

/// <summary>Inputs and outputs of functions as JSON, by the app's options.</summary>
internal sealed class JsonValues
{
    private readonly JsonSerializerOptions options;

    public JsonValues(IOptions<FunctionsOptions> functions)
    {
        options = new JsonSerializerOptions(functions.Value.JsonSerializerOptions);
        options.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
        options.MakeReadOnly();
    }

    public byte[] Write(object? value, Type type)
        => value is null ? "null"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(value, options.GetTypeInfo(type));

    /// <summary>By the value's own type.</summary>
    public string? WriteText(object? value)
        => value is null ? null : Encoding.UTF8.GetString(Write(value, value.GetType()));

    /// <exception cref="JsonException">The text is not JSON of that type; a null for a value type included.</exception>
    public object? Read(ReadOnlySpan<byte> json, Type type) => JsonSerializer.Deserialize(json, options.GetTypeInfo(type));

    /// <exception cref="JsonException">The text is not JSON of that type.</exception>
    public T? Read<T>(string? json)
        => string.IsNullOrEmpty(json) ? default : (T?)JsonSerializer.Deserialize(json, options.GetTypeInfo(typeof(T)));
}
