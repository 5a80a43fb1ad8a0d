namespace MlServerless.Pipelines.Specs;

/// <summary>How the uploads of a pipeline become its data.</summary>
public sealed record DataSpec
{
    public FileFormat Format { get; init; }

    public WindowSpec Window { get; init; } = WindowSpec.Latest;
}
