using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Invocation;

/// <summary>
/// Where a host posts HTTP calls that is told neither to proxy nor to forward them. Bodies in that envelope are not the caller's bytes, so
/// the call is refused, and the caller and the log are told what to mend.
/// </summary>
internal sealed class EnvelopedHttpEndpoint(FunctionDefinition function, ILogger logger) : IFunctionEndpoint
{
    private const string Remedy = "The Functions host sent this HTTP call in an envelope. Set customHandler.enableProxyingHttpRequest and customHandler.enableForwardingHttpRequest to true in host.json.";

    public Task HandleAsync(HttpContext context)
    {
        logger.LogError("HTTP function {Function} cannot be served: {Reason}", function.Name, Remedy);
        return InvocationAnswer.WriteOutputsAsync(context, json =>
        {
            json.WriteStartObject("res");
            json.WriteNumber("statusCode", StatusCodes.Status501NotImplemented);
            json.WriteString("body", Encoding.UTF8.GetString(Problem.Bytes(StatusCodes.Status501NotImplemented, Remedy, Problem.TraceId(context))));
            json.WriteStartObject("headers");
            json.WriteString("Content-Type", Problem.ContentType);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
