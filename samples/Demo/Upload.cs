namespace MlServerless.Demo;

/// <summary>A file that was put into the container of uploads.</summary>
/// <param name="Blob">Name inside the container, e.g. <c>churn/2025-01.csv</c>.</param>
/// <param name="ETag">Without quotes.</param>
internal sealed record Upload(string Pipeline, string Blob, string ETag);
