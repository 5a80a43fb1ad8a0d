using System.Diagnostics;

namespace MlServerless.Soak.Load;

/// <summary>How long calls of one kind took, and which went wrong.</summary>
internal sealed class Timings(string name)
{
    private readonly Lock gate = new();
    private readonly List<double> seconds = [];
    private readonly List<string> faults = [];

    public string Name { get; } = name;

    public int Calls
    {
        get
        {
            lock (gate)
                return seconds.Count;
        }
    }

    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (gate)
                return [.. faults];
        }
    }

    /// <returns>The answer, or null when it was not the status that is wanted.</returns>
    public async Task<byte[]?> CallAsync(Func<Task<HttpResponseMessage>> call)
    {
        long begun = Stopwatch.GetTimestamp();
        string? fault = null;
        byte[]? body = null;
        try
        {
            using HttpResponseMessage response = await call();
            body = await response.Content.ReadAsByteArrayAsync();
            if (!response.IsSuccessStatusCode)
                fault = $"{(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)))}";
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            fault = exception.Message;
        }

        lock (gate)
        {
            seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            if (fault is not null)
                faults.Add(fault);
        }

        return fault is null ? body : null;
    }

    /// <summary>In milliseconds: half of the calls were faster, 99 of 100 were, all were.</summary>
    public (double Median, double Percentile99, double Longest) Milliseconds()
    {
        lock (gate)
        {
            if (seconds.Count == 0)
                return default;
            double[] sorted = [.. seconds.Order()];
            return (sorted[sorted.Length / 2] * 1000, sorted[(int)(sorted.Length * 0.99)] * 1000, sorted[^1] * 1000);
        }
    }
}
