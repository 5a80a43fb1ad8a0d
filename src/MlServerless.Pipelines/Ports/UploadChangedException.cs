namespace MlServerless.Pipelines.Ports;

/// <summary>An upload was overwritten or deleted after its run was claimed, and no blob version of it was kept.</summary>
public sealed class UploadChangedException(string name, string etag)
    : Exception($"The upload '{name}' no longer has the ETag {etag}: it was overwritten or deleted after this run was started.")
{
    public string Name { get; } = name;

    public string ETag { get; } = etag;
}
