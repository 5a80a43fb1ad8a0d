namespace MlServerless.Pipelines.Specs;

/// <summary>Whether somebody must agree before a model whose gates pass becomes champion.</summary>
public sealed record ApprovalSpec
{
    public bool Required { get; init; }

    /// <summary>How long somebody may take; afterwards the run is expired.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromDays(7);
}
