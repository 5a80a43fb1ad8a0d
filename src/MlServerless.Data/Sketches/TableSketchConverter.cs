using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>Writes a sketch inside another document, such as a model artifact.</summary>
public sealed class TableSketchConverter : JsonConverter<TableSketch>
{
    public override TableSketch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TableSketch.Read(JsonSerializer.Deserialize(ref reader, SketchJsonContext.Default.TableSketchDocument));

    public override void Write(Utf8JsonWriter writer, TableSketch value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.ToDocument(), SketchJsonContext.Default.TableSketchDocument);
}
