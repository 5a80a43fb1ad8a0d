using MlServerless.Worker;

namespace MlServerless.DevHost.TestApp;

public sealed class HttpFunctions(Traces traces)
{
    [Function("Echo")]
    public async Task<IResult> Echo(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "api/echo/{id:int}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(cancellationToken);
        return Results.Text($"{request.Method} {request.Path}{request.QueryString} {id} {body}");
    }

    [Function("Secret")]
    public IResult Secret([HttpTrigger(AuthorizationLevel.Admin, "get", Route = "api/secret")] HttpRequest request) => Results.Text("secret");

    /// <summary>Sends a first line, and a second one only when the test has seen the first.</summary>
    [Function("Stream")]
    public IResult Stream([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/stream")] HttpRequest request)
    {
        return Results.Stream(async body =>
        {
            await body.WriteAsync("first\n"u8.ToArray());
            await body.FlushAsync();
            await traces.WaitForAsync("stream.gate", request.HttpContext.RequestAborted);
            await body.WriteAsync("second\n"u8.ToArray());
        }, "text/plain");
    }

    /// <summary>Answers when the first bytes of the body have come, before the rest has.</summary>
    [Function("Upload")]
    public async Task<IResult> Upload(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/upload")] HttpRequest request, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        long total = 0;
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0; total += read)
        {
            if (total == 0)
                traces.Write("upload begun");
        }

        return Results.Text(total.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Function("Pid")]
    public IResult Pid([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/pid")] HttpRequest request) =>
        Results.Text(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Function("Exit")]
    public IResult Exit([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/exit/{code:int}")] HttpRequest request, string code)
    {
        Environment.Exit(int.Parse(code, System.Globalization.CultureInfo.InvariantCulture));
        return Results.NoContent();
    }
}
