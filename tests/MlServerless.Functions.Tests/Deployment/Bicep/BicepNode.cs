namespace MlServerless.Functions.Tests.Deployment.Bicep;

/// <summary>A part of an expression.</summary>
internal sealed record BicepNode(BicepKind Kind, string Value, IReadOnlyList<BicepNode> Items, BicepDeclaration? Declaration = null)
{
    public static BicepNode Of(BicepKind kind, string value, params BicepNode[] items) => new(kind, value, items);

    /// <summary>This node and all below it, those of declarations inside it included.</summary>
    public IEnumerable<BicepNode> All() =>
        Items.SelectMany(item => item.All()).Concat(Declaration?.Body?.All() ?? []).Prepend(this);

    /// <summary>An object's property, or null.</summary>
    public BicepNode? this[string property] =>
        Items.FirstOrDefault(item => item.Kind == BicepKind.Property && item.Value == property)?.Items[0];

    /// <summary>Loops and conditions taken away.</summary>
    public BicepNode Core => Kind is BicepKind.Loop or BicepKind.Condition ? Items[^1].Core : this;
}
