using MlServerless.Pipelines.Registry;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>mode</c>.</summary>
internal static class ModeField
{
    public static ModelMode Read(SpecReader reader)
    {
        switch (reader.String("mode"))
        {
            case null or "production": return ModelMode.Production;
            case "experiment": return ModelMode.Experiment;
            case { } other:
                reader.Fail("mode", $"'{other}' is none of production, experiment.");
                return ModelMode.Production;
        }
    }
}
