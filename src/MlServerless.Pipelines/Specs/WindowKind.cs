namespace MlServerless.Pipelines.Specs;

/// <summary>The kinds of <see cref="WindowSpec"/>.</summary>
public enum WindowKind
{
    /// <summary>The run's own upload.</summary>
    Latest,

    /// <summary>The run's own upload and all before it.</summary>
    All,

    /// <summary>The run's own upload and those of the days before it.</summary>
    LastDays,
}
