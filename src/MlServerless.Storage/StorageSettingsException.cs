namespace MlServerless.Storage;

/// <summary>The settings do not say where the storage account is. The message holds every error, each with how to mend it.</summary>
public sealed class StorageSettingsException(IReadOnlyList<string> errors)
    : Exception("The storage settings are wrong:" + string.Concat(errors.Select(error => $"{Environment.NewLine}- {error}")))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
