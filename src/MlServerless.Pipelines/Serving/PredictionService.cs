using System.Buffers;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Serving;

/// <summary>Answers prediction requests and lets the monitoring observe them.</summary>
public sealed class PredictionService(ServedModels models, PredictionSketches sketches)
{
    /// <summary>Answers a request in the project's own form.</summary>
    /// <inheritdoc cref="PredictAsync(string, int?, PredictionRequest, ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask<PredictionAnswer> PredictAsync(string model, int? version, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        PredictAsync(model, version, new RowsRequest(), body, cancellationToken);

    /// <param name="version">Null for the champion.</param>
    /// <param name="request">The protocol that the body is written in.</param>
    /// <exception cref="ProblemException">The request cannot be answered; nothing was observed.</exception>
    public async ValueTask<PredictionAnswer> PredictAsync(string model, int? version, PredictionRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        ModelAnswer answer = await models.GetAsync(model, version, cancellationToken);
        RowBatch rows = request.Read(answer.Model, body.Span);
        List<(int Row, int Input)>? unseen = null;
        double[] scores = answer.Model.Score(rows, (row, input) => (unseen ??= []).Add((row, input)));
        var outcome = new PredictionOutcome(answer, rows, scores, unseen ?? (IReadOnlyList<(int, int)>)[]);
        var output = new ArrayBufferWriter<byte>(320 + (rows.RowCount * 96));
        request.Write(output, outcome);
        sketches.Observe(answer.Model, rows, scores);
        return new PredictionAnswer(answer, output.WrittenMemory);
    }
}
