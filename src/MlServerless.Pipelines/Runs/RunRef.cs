namespace MlServerless.Pipelines.Runs;

/// <summary>One attempt at a run, as it travels through orchestration and activity inputs.</summary>
/// <param name="Attempt">1, 2, …: work of an earlier attempt is refused once a later one exists.</param>
public sealed record RunRef(string Pipeline, string RunId, int Attempt)
{
    /// <summary>The orchestration's instance id: the run id, with the attempt behind it from the second on.</summary>
    public string InstanceId => Attempt == 1 ? RunId : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{RunId}-{Attempt}");
}
