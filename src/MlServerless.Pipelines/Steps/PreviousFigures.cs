using MlServerless.Data;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Steps;

/// <summary>The stored figures of the version before, which a check compares with.</summary>
internal sealed record PreviousFigures(ContentHash Version, ContentHash Profile, ContentHash Sketch, ContentHash Report)
{
    public const string VersionField = "previousVersion";
    public const string ProfileField = "previousProfile";
    public const string SketchField = "previousSketch";
    public const string ReportField = "previousReport";

    /// <summary>Those that a check has compared with; null where it had none.</summary>
    public static PreviousFigures? Of(StageTrace? check)
    {
        ContentHash? Read(string field) => check is not null && check.Inputs.TryGetValue(field, out string? text) && ContentHash.TryParse(text, out ContentHash hash) ? hash : null;
        return Read(VersionField) is { } version && Read(ProfileField) is { } profile && Read(SketchField) is { } sketch && Read(ReportField) is { } report
            ? new PreviousFigures(version, profile, sketch, report)
            : null;
    }
}
