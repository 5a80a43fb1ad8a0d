using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Serving.Protocols;

/// <summary>Asks a real model in any protocol, without the way through HTTP.</summary>
internal sealed class Protocol(ServedModel model)
{
    public ServedModel Model => model;

    public static async Task<Protocol> OfTestModelAsync(bool closed = false) => new(new ServedModel("m", 3, new MonitoringSpec(), await TestModels.TrainAsync(closed: closed)));

    public JsonObject Ask(PredictionRequest request, string body)
    {
        RowBatch rows = request.Read(model, Encoding.UTF8.GetBytes(body));
        var unseen = new List<(int, int)>();
        var output = new ArrayBufferWriter<byte>();
        var outcome = new PredictionOutcome(new ModelAnswer(model, false), rows, model.Score(rows, (row, input) => unseen.Add((row, input))), unseen);
        request.Write(output, request.WantsContributions ? outcome with { Explanations = RowExplanations.Of(outcome) } : outcome);
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    public ProblemException Refused(PredictionRequest request, string body) => Assert.Throws<ProblemException>(() => Ask(request, body));

    /// <summary>The probabilities in an answer as bits.</summary>
    public static long[] Bits(JsonNode numbers) => [.. numbers.AsArray().Select(number => BitConverter.DoubleToInt64Bits((number is JsonObject prediction ? prediction["probability"]! : number!).GetValue<double>()))];
}
