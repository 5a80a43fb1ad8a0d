using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MlServerless.Demo.Api;

/// <summary>The HTTP API of the app, as any application would call it.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient http;

    public ApiClient(Uri baseAddress, string key)
    {
        http = new HttpClient { BaseAddress = baseAddress, Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Add("x-functions-key", key);
    }

    /// <summary>Waits until the app says that it and its storage are ready.</summary>
    public async Task WaitUntilReadyAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        string last = "no answer";
        while (true)
        {
            try
            {
                using HttpResponseMessage response = await http.GetAsync("health/ready", timeout.Token);
                if (response.IsSuccessStatusCode)
                    return;
                last = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(timeout.Token)}";
                await Task.Delay(200, timeout.Token);
            }
            catch (HttpRequestException error)
            {
                last = error.Message;
                await Task.Delay(200, timeout.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new DemoException($"GET {http.BaseAddress}health/ready did not succeed within {limit.TotalSeconds:0} s; the last answer was: {last}");
            }
        }
    }

    public Task<PipelineSaved> PutPipelineAsync(string name, byte[] spec, CancellationToken cancellationToken) =>
        SendAsync<PipelineSaved>(HttpMethod.Put, $"api/pipelines/{name}", spec, cancellationToken);

    public Task<RunList> GetRunsAsync(string pipeline, CancellationToken cancellationToken) =>
        SendAsync<RunList>(HttpMethod.Get, $"api/pipelines/{pipeline}/runs", null, cancellationToken);

    public Task<Run> GetRunAsync(string id, CancellationToken cancellationToken) =>
        SendAsync<Run>(HttpMethod.Get, $"api/runs/{id}", null, cancellationToken);

    public Task<Model> GetModelAsync(string name, CancellationToken cancellationToken) =>
        SendAsync<Model>(HttpMethod.Get, $"api/models/{name}", null, cancellationToken);

    public Task<PredictionAnswer> PredictAsync(string model, byte[] rows, CancellationToken cancellationToken) =>
        SendAsync<PredictionAnswer>(HttpMethod.Post, $"api/models/{model}/predict", rows, cancellationToken);

    /// <summary>Compares the predictions of late with the training data of the model that made them.</summary>
    public Task<DriftReport> RunDriftReportAsync(string model, CancellationToken cancellationToken) =>
        SendAsync<DriftReport>(HttpMethod.Post, $"api/models/{model}/drift", "{}"u8.ToArray(), cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string path, byte[]? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        string what = $"{method} {http.BaseAddress}{path}";
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new DemoException($"{what} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
            return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken)
                ?? throw new DemoException($"{what} answered null.");
        }
        catch (HttpRequestException error)
        {
            throw new DemoException($"{what} failed: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw new DemoException($"{what} answered something unexpected: {error.Message}", error);
        }
        catch (TaskCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DemoException($"{what} did not answer within {http.Timeout.TotalSeconds:0} s.", error);
        }
    }
}
