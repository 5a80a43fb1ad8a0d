using Microsoft.AspNetCore.Http;

namespace MlServerless.Worker.Invocation;

internal interface IFunctionEndpoint
{
    Task HandleAsync(HttpContext context);
}
