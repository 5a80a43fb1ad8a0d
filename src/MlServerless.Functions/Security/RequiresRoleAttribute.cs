namespace MlServerless.Functions.Security;

/// <summary>The role that callers of an HTTP function need. An HTTP function without it and without <see cref="OpenToAllAttribute"/> is for <see cref="ApiRole.Operate"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresRoleAttribute(ApiRole role) : Attribute
{
    public ApiRole Role { get; } = role;
}
