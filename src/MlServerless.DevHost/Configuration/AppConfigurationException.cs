namespace MlServerless.DevHost.Configuration;

/// <summary>The app cannot be served as it is configured; carries every problem that was found, not the first alone.</summary>
public sealed class AppConfigurationException : Exception
{
    internal AppConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    internal AppConfigurationException(string file, string message)
        : this([new ConfigurationProblem(file, null, message)])
    {
    }

    internal IReadOnlyList<ConfigurationProblem> Problems { get; }
}
