namespace MlServerless.Learning;

/// <summary>Bytes that claim to be a model artifact are not a usable one; the message says what is wrong in them.</summary>
public sealed class InvalidArtifactException(string message, Exception? innerException = null) : Exception(message, innerException);
