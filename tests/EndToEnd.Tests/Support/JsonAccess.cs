using System.Text.Json.Nodes;

namespace MlServerless.EndToEnd.Support;

/// <summary>Short ways into JSON documents. What is asked for and not there fails with the document.</summary>
internal static class JsonAccess
{
    /// <summary>The node at a path such as <c>model.hash</c>, or null.</summary>
    public static JsonNode? Find(this JsonNode node, string path)
    {
        JsonNode? found = node;
        foreach (string name in path.Split('.'))
            found = (found as JsonObject)?[name];
        return found;
    }

    public static JsonNode At(this JsonNode node, string path) =>
        node.Find(path) ?? throw new InvalidOperationException($"'{path}' is not in {node.ToJsonString()}");

    public static string Text(this JsonNode node, string path) => node.At(path).GetValue<string>();

    public static double Number(this JsonNode node, string path) => node.At(path).GetValue<double>();

    public static long Integer(this JsonNode node, string path) => node.At(path).GetValue<long>();

    public static bool Flag(this JsonNode node, string path) => node.At(path).GetValue<bool>();

    public static IReadOnlyList<JsonObject> Objects(this JsonNode node, string path) => [.. node.At(path).AsArray().Select(item => item!.AsObject())];

    public static IReadOnlyList<string> Texts(this JsonNode node, string path) => [.. node.At(path).AsArray().Select(item => item!.GetValue<string>())];
}
