namespace MlServerless.Demo;

/// <summary>Something did not go as the demo expects; the message says what, and is all that the user sees.</summary>
internal sealed class DemoException(string message, Exception? inner = null) : Exception(message, inner);
