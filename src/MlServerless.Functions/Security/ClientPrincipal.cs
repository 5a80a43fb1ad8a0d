using System.Text.Json;
using MlServerless.Data;

namespace MlServerless.Functions.Security;

/// <summary>The caller as the platform's built-in authentication describes it in the header X-MS-CLIENT-PRINCIPAL (base64 of JSON).</summary>
internal static class ClientPrincipal
{
    public const string Header = "X-MS-CLIENT-PRINCIPAL";
    private const int MaxLength = 64 * 1024;
    private const int MaxDepth = 8;

    /// <summary>The caller's app roles; null where the header is no description of a caller.</summary>
    public static IReadOnlySet<string>? Roles(string header)
    {
        byte[] json = new byte[Math.Min(header.Length, MaxLength)];
        if (header.Length is 0 or > MaxLength || !Convert.TryFromBase64String(header, json, out int length) )
            return null;
        try
        {
            WellFormedJson.Require(json.AsSpan(0, length), MaxDepth);
            using JsonDocument document = JsonDocument.Parse(json.AsMemory(0, length), new JsonDocumentOptions { MaxDepth = MaxDepth });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return null;
            string type = root.TryGetProperty("role_typ", out JsonElement roleType) && roleType.ValueKind == JsonValueKind.String ? roleType.GetString()! : "roles";
            var roles = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            if (!root.TryGetProperty("claims", out JsonElement claims) || claims.ValueKind != JsonValueKind.Array)
                return roles;
            foreach (JsonElement claim in claims.EnumerateArray())
            {
                if (Text(claim, "typ") is { } name && (name == type || name == "roles") && Text(claim, "val") is { } role)
                    roles.Add(role);
            }

            return roles;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement claim, string name) =>
        claim.ValueKind == JsonValueKind.Object && claim.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
