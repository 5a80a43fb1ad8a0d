using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MlServerless.Worker.Tests.Exchanges;

public sealed record BenchInput(string? Who, int N, DateTimeOffset? When, int[]? FromA, bool? Ok);

/// <summary>Functions for the recorded calls of other triggers than orchestrations; each notes what it was given.</summary>
public sealed class BenchFunctions(Recorder recorder)
{
    [Function("ActA")]
    public BenchInput? ActA([ActivityTrigger] BenchInput? input) => Note(input);

    [Function("ActB")]
    public string ActB([ActivityTrigger] BenchInput input) => $"from {Note(input).FromA![0]}";

    [Function("ActB64")]
    public async Task<string> ActB64([ActivityTrigger] string? input)
    {
        await Task.Yield();
        Note(input);
        return "aGVsbG8=";
    }

    [Function("ActNull")]
    public ValueTask<string?> ActNull([ActivityTrigger] string input)
    {
        Note(input);
        return ValueTask.FromResult<string?>(null);
    }

    [Function("ActFail")]
    public void ActFail([ActivityTrigger] JsonElement input)
    {
        Note(input.GetRawText());
        throw new InvalidOperationException("activity boom", new FormatException("because"));
    }

    [Function("ActBadJson")]
    public Task ActBadJson([ActivityTrigger] string input)
    {
        Note(input);
        throw new NonRetriableException("Kaboom in activity");
    }

    [Function("ActReason")]
    public decimal ActReason([ActivityTrigger] string input, FunctionContext call)
    {
        Note($"{input} {call.FunctionName} {call.InvocationId} {call.HostVersion}");
        return 1.10m;
    }

    [Function("TimerFn")]
    public void Timer([TimerTrigger("*/10 * * * * *")] TimerInfo tmr) => Note(tmr);

    [Function("BlobText")]
    public void BlobText([QueueTrigger("q1")] string blob) => Note(blob);

    [Function("BlobBin")]
    public void BlobBin([QueueTrigger("q2")] string blob) => Note(blob);

    [Function("BlobBig")]
    public void BlobBig([QueueTrigger("q3")] string blob) => Note(blob);

    [Function("HttpForward")]
    public async Task<IResult> Forward([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/forward/{id}")] HttpRequest request, string id)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Note($"{request.Method} {id} a={request.Query["a"]} b={request.Query["b"]} {request.ContentType} {Convert.ToHexString(body.ToArray())}");
        return id switch
        {
            "redir" => Results.Redirect("https://example.org/"),
            "err" => Results.Json(new { oops = true }, statusCode: 503),
            _ => Results.Text("forwarded ok " + request.Method, statusCode: 201),
        };
    }

    [Function("HttpStart")]
    public IResult Start([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/start/{kind}")] HttpRequest request) => Results.Ok(Note(request.Path));

    [Function("HttpClientIn")]
    public IResult ClientIn([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/clientin")] HttpRequest request) => Results.Ok(Note(request.Path));

    private T Note<T>(T value)
    {
        recorder.Add(value);
        return value;
    }
}
