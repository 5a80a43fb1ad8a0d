using FsCheck;
using MlServerless.Durable.Protocol;
using MlServerless.Worker.Tests.Durable;
using MlServerless.Worker.Tests.Exchanges;

namespace MlServerless.Worker.Tests.Invocation;

/// <summary>Whatever bytes arrive at an orchestrator's path, the answer is 200 and a completion or actions.</summary>
public sealed class GarbageTests
{
    private static readonly Configuration Fixed = new()
    {
        MaxNbOfTest = 200,
        Replay = FsCheck.Random.StdGen.NewStdGen(7, 20261120),
        QuietOnSuccess = true,
        Runner = FsCheck.Configuration.QuickThrowOnFailure.Runner,
    };

    [Fact]
    public async Task Orchestrator_RandomBytes_AnswersAFailedCompletion()
    {
        await using var host = await TestHost.StartAsync(typeof(BenchOrchestrators));
        Prop.ForAll(Arb.Default.Array<byte>(), body =>
        {
            var response = Send(host, body);
            Assert.Equal(OrchestrationStatus.Failed, Assert.Single(response.Actions).CompleteOrchestration.OrchestrationStatus);
        }).Check(Fixed);
    }

    [Fact]
    public async Task Orchestrator_DamagedRecordings_AreAnswered()
    {
        await using var host = await TestHost.StartAsync(typeof(BenchOrchestrators));
        var recordings = Exchange.AllNames.Where(n => n.StartsWith("orch-", StringComparison.Ordinal)).Select(Exchange.Load).ToList();
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
        {
            var choices = new Choices(seed);
            var recording = recordings[choices.Below(recordings.Count)];
            if (choices.Below(2) == 0)
            {
                Send(host, Damage(recording.Body, choices));
            }
            else
            {
                var context = Google.Protobuf.MessageExtensions.ToByteArray(OrchestrationExchangeTests.Context(recording));
                Send(host, OrchestrationExchangeTests.Wrap(Damage(context, choices)));
            }
        }).Check(Fixed);
    }

    [Fact]
    public async Task Orchestrator_HistoryOfFortyMegabytes_IsTaken()
    {
        await using var host = await TestHost.StartAsync(typeof(BenchOrchestrators));
        var request = OrchestrationExchangeTests.Context(Exchange.Load("orch-seq-2-after-first-activity"));
        request.NewEvents[^1].TaskCompleted.Result = System.Text.Json.JsonSerializer.Serialize(new string('x', 30_000_000));
        var response = Send(host, OrchestrationExchangeTests.Wrap(Google.Protobuf.MessageExtensions.ToByteArray(request)));
        Assert.Equal("ActB", Assert.Single(response.Actions).ScheduleTask.Name);
    }

    private static byte[] Damage(byte[] bytes, Choices choices)
    {
        var damaged = bytes.ToList();
        for (var i = choices.Below(6); i >= 0; i--)
        {
            var index = choices.Below(damaged.Count);
            switch (choices.Below(4))
            {
                case 0:
                    damaged.RemoveAt(index);
                    break;
                case 1:
                    damaged.Insert(index, (byte)choices.Below(256));
                    break;
                case 2:
                    damaged[index] ^= (byte)(1 << choices.Below(8));
                    break;
                default:
                    damaged.RemoveRange(index, choices.Below(damaged.Count - index));
                    break;
            }

            if (damaged.Count == 0)
            {
                return [];
            }
        }

        return [.. damaged];
    }

    private static OrchestratorResponse Send(TestHost host, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        using var message = new HttpRequestMessage(HttpMethod.Post, "/OrchSeq") { Content = content };
        using var response = host.Client.Send(message);
        Assert.Equal(200, (int)response.StatusCode);
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return OrchestrationExchangeTests.Answer(reader.ReadToEnd());
    }
}
