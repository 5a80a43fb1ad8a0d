using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace MlServerless.Worker;

/// <summary>Asked before every HTTP function, after the host has checked its key; a service of the app.</summary>
public interface IHttpGuard
{
    /// <param name="function">The function's method, whose attributes say what the caller needs.</param>
    /// <returns>Null to let the call through, else the answer to refuse it with.</returns>
    IResult? Refuse(HttpContext context, MethodInfo function);
}
