namespace MlServerless.Storage;

/// <summary>The storage account cannot be used as it is. The message names everything that is missing or refused.</summary>
public sealed class StorageNotReadyException(string message, Exception innerException) : Exception(message, innerException);
