namespace MlServerless.Functions.Security;

/// <summary>Anybody may call the HTTP function, without key and token: it tells nothing that is not public.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenToAllAttribute : Attribute;
