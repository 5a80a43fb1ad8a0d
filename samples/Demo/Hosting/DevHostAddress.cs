namespace MlServerless.Demo.Hosting;

/// <summary>What the DevHost says when it is ready.</summary>
/// <param name="BaseAddress">Ends with a slash.</param>
/// <param name="Key">A key that opens every function.</param>
/// <param name="StorageConnection">Connection string of the storage emulator.</param>
internal sealed record DevHostAddress(Uri BaseAddress, string Key, string StorageConnection);
