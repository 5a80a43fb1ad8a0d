using System.Buffers;
using System.Diagnostics;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Serving;

/// <summary>Answers prediction requests and lets the monitoring observe them.</summary>
public sealed class PredictionService(ServedModels models, PredictionSketches sketches, PredictionKey key, ServingMetrics metrics, TimeProvider time)
{
    /// <summary>Answers a request in the project's own form.</summary>
    /// <inheritdoc cref="PredictAsync(string, int?, PredictionRequest, ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask<PredictionAnswer> PredictAsync(string model, int? version, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        PredictAsync(model, version, new RowsRequest(), body, cancellationToken);

    /// <param name="version">Null for the champion.</param>
    /// <param name="request">The protocol that the body is written in.</param>
    /// <exception cref="ProblemException">The request cannot be answered; it is counted as refused.</exception>
    public async ValueTask<PredictionAnswer> PredictAsync(string model, int? version, PredictionRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        long began = time.GetTimestamp();
        ModelAnswer answer = await models.GetAsync(model, version, cancellationToken);
        Tell(answer.Model);
        MonitoringWindow window = MonitoringWindow.Containing(time.GetUtcNow(), answer.Model.Monitoring.Window);
        try
        {
            PredictionOutcome outcome = Score(answer, request.Read(answer.Model, body.Span));
            if (request.WantsContributions)
                outcome = outcome with { Explanations = RowExplanations.Of(outcome) };
            if (await key.TryGetAsync(cancellationToken) is { } secret)
                outcome = outcome with { Ids = PredictionIds.Create(secret, model, answer.Model.Version, window, key.NextRequest()) };
            var output = new ArrayBufferWriter<byte>(320 + (outcome.Rows.RowCount * 160));
            request.Write(output, outcome);
            TimeSpan duration = time.GetElapsedTime(began);
            sketches.Observe(outcome, window, duration);
            metrics.Answered(answer.Model, outcome.Rows.RowCount, duration);
            return new PredictionAnswer(answer, output.WrittenMemory);
        }
        catch (ProblemException problem)
        {
            sketches.ObserveProblem(answer.Model, window, problem);
            metrics.Refused(answer.Model, problem.Status);
            throw;
        }
    }

    private static PredictionOutcome Score(ModelAnswer answer, RowBatch rows)
    {
        List<(int Row, int Input)>? unseen = null;
        double[] scores = answer.Model.Score(rows, (row, input) => (unseen ??= []).Add((row, input)));
        return new PredictionOutcome(answer, rows, scores, unseen ?? (IReadOnlyList<(int, int)>)[]);
    }

    /// <summary>Puts the model on the call's span, where anybody records it: its hash leads to the run that made it.</summary>
    private static void Tell(ServedModel model)
    {
        if (Activity.Current is not { IsAllDataRequested: true } call)
            return;
        call.SetTag("mlserverless.model", model.Name);
        call.SetTag("mlserverless.model.version", model.Version);
        call.SetTag("mlserverless.model.hash", model.Hash.Hex);
    }
}
