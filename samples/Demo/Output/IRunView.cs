using MlServerless.Demo.Api;

namespace MlServerless.Demo.Output;

/// <summary>Shows runs while they are under way.</summary>
internal interface IRunView
{
    /// <summary>Shows the runs as they are now. A run that does not exist yet is null.</summary>
    /// <param name="runs">Upload → its run, always the same uploads in the same order.</param>
    void Update(IReadOnlyList<(string Upload, Run? Run)> runs);
}
