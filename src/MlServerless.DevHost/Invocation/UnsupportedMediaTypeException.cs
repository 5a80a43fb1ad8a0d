namespace MlServerless.DevHost.Invocation;

/// <summary>The app answered something that is not JSON; type name and message are those that the host's formatter shows.</summary>
internal sealed class UnsupportedMediaTypeException(string? mediaType) : Exception(
    $"No MediaTypeFormatter is available to read an object of type 'HttpScriptInvocationResult' from content with media type '{mediaType}'.");
