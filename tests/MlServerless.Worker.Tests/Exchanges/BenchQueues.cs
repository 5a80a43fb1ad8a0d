namespace MlServerless.Worker.Tests.Exchanges;

/// <summary>The recorded queue function, once for each type that a message can be bound to.</summary>
public static class BenchQueues
{
    public sealed record Payload(int A, Dictionary<string, string> B, DateTimeOffset When);

    public sealed class OfMessage(Recorder recorder)
    {
        [Function("QueueFn")]
        public Task OnMessage([QueueTrigger("bench")] QueueMessage msg, CancellationToken cancellationToken)
        {
            recorder.Add(msg);
            return Task.FromCanceled(new CancellationToken(cancellationToken.IsCancellationRequested));
        }
    }

    public sealed class OfText(Recorder recorder)
    {
        [Function("QueueFn")]
        public void OnMessage([QueueTrigger("bench")] string msg) => recorder.Add(msg);
    }

    public sealed class OfPayload(Recorder recorder)
    {
        [Function("QueueFn")]
        public void OnMessage([QueueTrigger("bench")] Payload msg) => recorder.Add(msg);
    }

    public sealed class OfArray(Recorder recorder)
    {
        [Function("QueueFn")]
        public void OnMessage([QueueTrigger("bench")] int[] msg) => recorder.Add(msg);
    }

    public sealed class ThatStarts
    {
        [Function("QueueFn")]
        public OrchestrationStarts OnMessage([QueueTrigger("bench")] string msg) => msg.Length switch
        {
            < 9 => OrchestrationStarts.None,
            < 13 => OrchestrationStarts.Of("Pipeline", "run-1", new Start("abc", 3)),
            _ => OrchestrationStarts.Of("Pipeline", "run-1", 1.50m).And("Other", "run-2", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2))),
        };
    }

    public sealed record Start(string Hash, int Parts);
}
