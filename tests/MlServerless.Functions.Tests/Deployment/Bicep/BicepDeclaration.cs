namespace MlServerless.Functions.Tests.Deployment.Bicep;

/// <summary>A statement of a Bicep file.</summary>
/// <param name="Keyword">param, var, resource, module, output or targetScope.</param>
/// <param name="Type">Of a param or output its type; of a resource its type and version; of a module its file.</param>
/// <param name="Decorators">Those before it.</param>
/// <param name="Body">Value, or null for a param without one.</param>
internal sealed record BicepDeclaration(string Keyword, string Name, string Type, bool Existing, IReadOnlyList<BicepNode> Decorators, BicepNode? Body)
{
    public string? Description => Decorator("description")?.Items[1].Items[0].Value;

    public BicepNode? Decorator(string name) => Decorators.FirstOrDefault(call => call.Items[0].Value == name);

    /// <summary>Resources inside this one.</summary>
    public IEnumerable<BicepDeclaration> Nested =>
        Body?.Core.Items.Where(item => item.Kind == BicepKind.Nested).Select(item => item.Declaration!) ?? [];
}
