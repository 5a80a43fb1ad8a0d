using MlServerless.Pipelines.Serving;

namespace MlServerless.Functions.Http;

/// <summary>Predictions that are sent while they are made.</summary>
internal sealed class RowsResult(RowsAnswer answer) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status200OK;
        httpContext.Response.ContentType = answer.ContentType;
        await foreach (ReadOnlyMemory<byte> piece in answer.WriteAsync(httpContext.RequestAborted))
            await httpContext.Response.Body.WriteAsync(piece, httpContext.RequestAborted);
    }
}
