using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using MlServerless.Data;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Serving.Rows;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Serving;

/// <summary>Answers prediction requests and lets the monitoring observe them.</summary>
public sealed class PredictionService(ServedModels models, PredictionSketches sketches, PredictionKey key, ServingMetrics metrics, TimeProvider time, RowCapture? capture = null)
{
    /// <summary>Answers a request in the project's own form.</summary>
    /// <inheritdoc cref="PredictAsync(string, int?, PredictionRequest, ReadOnlyMemory{byte}, string?, CancellationToken)"/>
    public ValueTask<PredictionAnswer> PredictAsync(string model, int? version, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        PredictAsync(model, version, new RowsRequest(), body, null, cancellationToken);

    /// <param name="version">Null for the champion, or the canary where it answers this call.</param>
    /// <param name="request">The protocol that the body is written in.</param>
    /// <param name="entity">Whom the call is about, as its caller says; null where it does not.</param>
    /// <exception cref="ProblemException">The request cannot be answered; it is counted as refused.</exception>
    public async ValueTask<PredictionAnswer> PredictAsync(string model, int? version, PredictionRequest request, ReadOnlyMemory<byte> body, string? entity, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        ModelAnswer answer = await ChooseAsync(model, version, body, entity, cancellationToken);
        MonitoringWindow window = MonitoringWindow.Containing(time.GetUtcNow(), answer.Model.Monitoring.Window);
        try
        {
            PredictionOutcome outcome = PredictionOutcome.Of(answer, request.Read(answer.Model, body.Span));
            if (request.WantsContributions)
                outcome = outcome with { Explanations = RowExplanations.Of(outcome) };
            if (await key.TryGetAsync(model, cancellationToken) is { } signer)
                outcome = outcome with { Ids = PredictionIds.Create(signer, answer.Model.Version, window, key.NextRequest()) };
            var output = new ArrayBufferWriter<byte>(320 + (outcome.Rows.RowCount * 160));
            request.Write(output, outcome);
            TimeSpan duration = time.GetElapsedTime(began);
            sketches.Observe(outcome, window, duration);
            if (answer.Capture is { } keep)
                capture?.Observe(outcome, window, keep);
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

    /// <summary>
    /// Answers a request whose rows are written one after the other. A row that does not fit the model is said in the answer with what is wrong with it; the
    /// others are predicted.
    /// </summary>
    /// <param name="version">Null for the champion.</param>
    /// <exception cref="ProblemException">The request as a whole cannot be answered; it is counted as refused.</exception>
    public async Task<RowsAnswer> PredictRowsAsync(string model, int? version, RowsFormat format, RowsFormat answerFormat, ReadOnlyMemory<byte> body, string? entity, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        ModelAnswer answer = await ChooseAsync(model, version, body, entity, cancellationToken);
        MonitoringWindow window = MonitoringWindow.Containing(time.GetUtcNow(), answer.Model.Monitoring.Window);
        try
        {
            RowsLayout layout = RowsLayout.Recognize(body.Span[..Math.Min(body.Length, DataFormat.HeadBytes)], answer.Model.Rows.Cells, format, null, out DataFormat data);
            PredictionIds? ids = await key.TryGetAsync(model, cancellationToken) is { } signer ? PredictionIds.Create(signer, answer.Model.Version, window, key.NextRequest()) : null;
            var rows = new RowsAnswer(
                answer,
                body,
                layout,
                data,
                answerFormat,
                writer => new RowsScorer(answer, ids, writer, outcome => ObserveRows(outcome, window)),
                scorer =>
                {
                    TimeSpan duration = time.GetElapsedTime(began);
                    sketches.ObserveRequest(answer.Model, window, duration, scorer.Violations);
                    metrics.Answered(answer.Model, (int)scorer.Predicted, duration);
                });
            return await rows.CountAsync(InputCells.MaxRows, cancellationToken) <= InputCells.MaxRows
                ? rows
                : throw new ProblemException(413, "The request has too many rows.", string.Create(CultureInfo.InvariantCulture, $"A request takes up to {InputCells.MaxRows} rows; send the rest in further requests, or all of them as a batch job (POST /api/models/{model}/batch)."));
        }
        catch (ProblemException problem)
        {
            sketches.ObserveProblem(answer.Model, window, problem);
            metrics.Refused(answer.Model, problem.Status);
            throw;
        }
    }

    /// <summary>The model that answers a call.</summary>
    private async ValueTask<ModelAnswer> ChooseAsync(string model, int? version, ReadOnlyMemory<byte> body, string? entity, CancellationToken cancellationToken)
    {
        ModelAnswer answer = await models.GetAsync(PipelineName.Require(model, "model"), version, cancellationToken);
        if (answer.Canary is not null)
            answer = answer.Route(entity, body.Span);
        Tell(answer.Model);
        return answer;
    }

    private void ObserveRows(PredictionOutcome outcome, MonitoringWindow window)
    {
        sketches.Observe(outcome, window);
        if (outcome.Answer.Capture is { } keep)
            capture?.Observe(outcome, window, keep);
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
