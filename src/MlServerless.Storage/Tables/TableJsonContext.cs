using System.Text.Json.Serialization;

namespace MlServerless.Storage.Tables;

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class TableJsonContext : JsonSerializerContext;
