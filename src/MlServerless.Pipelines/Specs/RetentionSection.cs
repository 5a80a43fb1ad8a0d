namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>retention</c>.</summary>
internal static class RetentionSection
{
    public static RetentionSpec Read(SpecReader reader)
    {
        var retention = new RetentionSpec
        {
            Days = (int?)reader.Integer("days", 1, 36_500),
            Versions = (int?)reader.Integer("versions", 1, 1_000_000),
            DeleteUploads = reader.Boolean("deleteUploads") ?? false,
        };
        if (retention.DeleteUploads && !retention.IsLimited)
            reader.Fail("deleteUploads", "deletes uploads together with their data versions, but no version is ever let go: set days or versions too.");
        reader.RefuseUnknown();
        return retention;
    }
}
