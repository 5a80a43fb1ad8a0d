namespace MlServerless.Functions.Tests.Deployment.Bicep;

/// <summary>A parsed template.</summary>
internal sealed class BicepFile
{
    private BicepFile(string path)
    {
        Path = path;
        Declarations = BicepParser.Parse(path);
        Resources = [.. Declarations.Where(d => d.Keyword == "resource").SelectMany(d => Flatten(d, null))];
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public IReadOnlyList<BicepDeclaration> Declarations { get; }

    /// <summary>All resources with their full types, those inside others too.</summary>
    public IReadOnlyList<(string Type, BicepDeclaration Declaration)> Resources { get; }

    public static IReadOnlyList<BicepFile> All { get; } =
        [.. Directory.EnumerateFiles(Repository.Path("infra"), "*.bicep", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => new BicepFile(path))];

    public static BicepFile Main => Named("main.bicep");

    public static BicepFile Named(string name) => All.Single(file => file.Name == name);

    public IEnumerable<BicepDeclaration> Of(string keyword) => Declarations.Where(d => d.Keyword == keyword);

    public BicepDeclaration Resource(string name) => Resources.Single(r => r.Declaration.Name == name).Declaration;

    /// <summary>The strings that an expression is, where it depends on nothing but constants of this file; "{}" where a part is not known.</summary>
    public IReadOnlyList<string> Strings(BicepNode node) => node switch
    {
        { Kind: BicepKind.Text } => Product(node.Items),
        { Kind: BicepKind.Array } => [.. node.Items.SelectMany(Strings)],
        { Kind: BicepKind.Identifier } when Of("var").FirstOrDefault(d => d.Name == node.Value) is { } constant => Strings(constant.Body!),
        { Kind: BicepKind.Operator, Value: "?:" } => [.. Strings(node.Items[1]), .. Strings(node.Items[2])],
        { Kind: BicepKind.Call } call when call.Items[0].Value == "concat" => [.. call.Items.Skip(1).SelectMany(Strings)],
        { Kind: BicepKind.Literal or BicepKind.Number } => [node.Value],
        _ => ["{}"],
    };

    /// <summary>The names that a resource takes, with those of its loop.</summary>
    public IReadOnlyList<string> NamesOf(BicepDeclaration resource)
    {
        BicepNode name = resource.Body!.Core["name"]!;
        return resource.Body is { Kind: BicepKind.Loop } loop && name.Kind == BicepKind.Identifier && loop.Value.Split(',')[0] == name.Value ? Strings(loop.Items[0]) : Strings(name);
    }

    private string[] Product(IReadOnlyList<BicepNode> parts)
    {
        string[] found = [""];
        foreach (BicepNode part in parts)
        {
            IReadOnlyList<string> values = part is { Kind: BicepKind.Text, Items.Count: 0 } ? [part.Value] : Strings(part);
            found = [.. found.SelectMany(before => values.Select(value => before + value))];
        }

        return found;
    }

    private static IEnumerable<(string, BicepDeclaration)> Flatten(BicepDeclaration resource, string? parent)
    {
        string type = resource.Type;
        if (parent is not null)
        {
            string[] halves = parent.Split('@');
            type = type.Contains('@', StringComparison.Ordinal) ? $"{halves[0]}/{type}" : $"{halves[0]}/{type}@{halves[1]}";
        }

        return resource.Nested.SelectMany(nested => Flatten(nested, type)).Prepend((type, resource));
    }
}
