using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace MlServerless.EndToEnd.Support;

/// <summary>Speaks to the app through its host, as its users do.</summary>
internal sealed class AppClient(DevHostProcess host) : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public void Dispose() => http.Dispose();

    /// <param name="body">JSON where no content type is given with it.</param>
    /// <param name="key">Null for the host key.</param>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, byte[]? body = null, string? key = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(host.Address.Url, path));
        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        if ((key ?? host.Address.HostKey) is { Length: > 0 } given)
            request.Headers.Add("x-functions-key", given);
        foreach ((string name, string value) in headers)
        {
            if (name == "Content-Type" && request.Content is { } content)
                content.Headers.ContentType = new MediaTypeHeaderValue(value);
            else
                request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        return new ApiAnswer($"{method} {path}", (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A file, which must be there.</summary>
    public async Task<(byte[] Content, HttpContentHeaders Headers, string? ETag)> DownloadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Address.Url, path)) { Headers = { { "x-functions-key", host.Address.HostKey } } };
        using HttpResponseMessage response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"GET {path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        return (await response.Content.ReadAsByteArrayAsync(), response.Content.Headers, response.Headers.ETag?.Tag);
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> PostAsync(string path, byte[] body) => SendAsync(HttpMethod.Post, path, body);

    public Task<ApiAnswer> PostAsync(string path, JsonNode body) => PostAsync(path, System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()));

    /// <summary>Writes a spec that must be taken.</summary>
    public async Task<JsonObject> PutPipelineAsync(string name, JsonObject spec)
    {
        ApiAnswer answer = await SendAsync(HttpMethod.Put, $"api/pipelines/{name}", System.Text.Encoding.UTF8.GetBytes(spec.ToJsonString()));
        return answer.Expect(answer.Status == 200 ? 200 : 201);
    }

    public async Task<JsonObject> ModelAsync(string name) => (await GetAsync($"api/models/{name}")).Expect(200);

    public async Task<JsonObject> PredictAsync(string name, byte[] rows) => (await PostAsync($"api/models/{name}/predict", rows)).Expect(200);

    public async Task<JsonObject> DriftAsync(string name, string? dataVersion = null) =>
        (await PostAsync($"api/models/{name}/drift", dataVersion is null ? [] : new JsonObject { ["dataVersion"] = dataVersion })).Expect(200);

    /// <summary>Waits until so many windows of a model are closed.</summary>
    /// <returns>Them, as the app lists them.</returns>
    public async Task<IReadOnlyList<JsonObject>> WaitForWindowsAsync(string model, int count)
    {
        for (DateTime limit = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(100))
        {
            IReadOnlyList<JsonObject> windows = (await GetAsync($"api/models/{model}/drift/windows")).Expect(200).Objects("windows");
            if (windows.Count >= count)
                return windows;
            Assert.True(DateTime.UtcNow < limit, $"{windows.Count} of {count} windows are closed.");
        }
    }

    public async Task<IReadOnlyList<JsonObject>> RunsAsync(string pipeline) => (await GetAsync($"api/pipelines/{pipeline}/runs")).Expect(200).Objects("runs");

    /// <returns>The run, or null while it does not exist or the app is down.</returns>
    public async Task<JsonObject?> FindRunAsync(string id)
    {
        ApiAnswer answer = await GetAsync($"api/runs/{id}");
        return answer.Status == 404 || (answer.Status == 502 && host.AppIsKilled) ? null : answer.Expect(200);
    }

    /// <summary>Waits until a run is what is wanted; it fails when the run ends before.</summary>
    /// <param name="what">Said when it does not come.</param>
    public async Task<JsonObject> WaitForRunAsync(string id, string what, Func<JsonObject, bool> wanted)
    {
        JsonObject? last = null;
        DateTime limit = DateTime.UtcNow + RunLimit;
        while (DateTime.UtcNow < limit)
        {
            last = await FindRunAsync(id);
            if (last is not null && wanted(last))
                return last;
            Assert.False(last is not null && HasEnded(last), $"Run {id} ended before it was {what}: {last?.ToJsonString()}");
            await Task.Delay(PollInterval);
        }

        throw new TimeoutException($"Run {id} was not {what} within {RunLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s: {last?.ToJsonString() ?? "there is no such run"}");
    }

    public Task<JsonObject> WaitForEndAsync(string id) => WaitForRunAsync(id, "ended", HasEnded);

    /// <summary>Waits for the end, which must be <c>completed</c>.</summary>
    public async Task<JsonObject> WaitForCompletionAsync(string id)
    {
        JsonObject run = await WaitForEndAsync(id);
        Assert.True(run.Text("status") == "completed", $"Run {id} ended as {run.ToJsonString()}");
        return run;
    }

    /// <summary>Waits for the end of a batch job.</summary>
    public async Task<JsonObject> WaitForBatchAsync(string id)
    {
        for (DateTime limit = DateTime.UtcNow + RunLimit; DateTime.UtcNow < limit; await Task.Delay(PollInterval))
        {
            ApiAnswer answer = await GetAsync($"api/batches/{id}");
            if (answer.Status == 502 && host.AppIsKilled)
                continue;
            if (answer.Expect(200) is var job && job.Text("status") is not ("queued" or "running"))
                return job;
        }

        throw new TimeoutException($"Batch {id} did not end within {RunLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
    }

    /// <summary>Fires a timer's or queue's function by hand.</summary>
    public async Task FireAsync(string function)
    {
        ApiAnswer answer = await SendAsync(HttpMethod.Post, $"admin/functions/{function}", "{}"u8.ToArray(), host.Address.MasterKey);
        Assert.Equal(202, answer.Status);
    }

    private static bool HasEnded(JsonObject run) => run.Text("status") is not ("claimed" or "running");
}
