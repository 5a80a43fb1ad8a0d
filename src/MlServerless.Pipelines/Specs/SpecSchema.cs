using System.Reflection;

namespace MlServerless.Pipelines.Specs;

/// <summary>The published JSON Schema of pipeline specs, for editors and other tools. <see cref="SpecParser"/> checks more than a schema can say.</summary>
public static class SpecSchema
{
    /// <summary>The schema document, UTF-8.</summary>
    public static byte[] Read()
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("pipeline.schema.json")!;
        byte[] content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }
}
