namespace MlServerless.Soak;

/// <summary>A long test: one command of this program.</summary>
internal interface ISoak
{
    string Name { get; }

    /// <summary>In one line.</summary>
    string Summary { get; }

    /// <returns>Whether everything is as it should be.</returns>
    Task<bool> RunAsync(string[] args);
}
