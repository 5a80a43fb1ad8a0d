using MlServerless.Learning;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring.Capture.Rows;

/// <summary>Says whether rows of a model's calls are kept, and lets go of them.</summary>
public sealed class CaptureService(ModelRegistry registry, ServedModels models, RowCapture rows, TimeProvider time, ILogger<CaptureService> logger)
{
    /// <summary>Rows of a model that keeps none any more go after so many days.</summary>
    private const int DefaultDays = 30;
    private const int MaxDays = 3650;

    /// <summary>Keeps rows from now on, within ten seconds in every process.</summary>
    /// <exception cref="ProblemException">400: settings that cannot be; 404: no such model.</exception>
    public async Task<CaptureSettings> StartAsync(string model, CaptureSettings settings, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(actor);
        PipelineName.Require(model, "model");
        ModelSignature signature = (await models.GetAsync(model, null, cancellationToken)).Model.Artifact.Signature;
        var errors = new List<ProblemDetail>();
        if (!(settings.Sample > 0 && settings.Sample <= 1))
            errors.Add(new ProblemDetail("$.sample", "expected a number above 0 and up to 1."));
        if (settings.Days is < 1 or > MaxDays)
            errors.Add(new ProblemDetail("$.days", $"expected a whole number from 1 to {MaxDays}."));
        errors.AddRange(settings.Mask.Where(column => !signature.Inputs.Any(input => input.Name == column)).Select(column => new ProblemDetail("$.mask", $"'{column}' is no column of the model: {string.Join(", ", signature.Inputs.Select(input => input.Name).Take(50))}.")));
        if (errors.Count > 0)
            throw ProblemException.BadRequest("Rows cannot be kept so.", $"{errors.Count} fault(s); mend each one listed.", errors);
        CaptureSettings kept = settings with { Who = actor.Who, Why = actor.Why, Since = time.GetUtcNow() };
        await registry.SetCaptureAsync(model, kept, cancellationToken);
        models.Forget(model);
        logger.LogInformation(CaptureEvents.Started, "Of calls of model {Model} {Sample} are kept for {Days} days, as {Who} says: {Why}", model, kept.Sample, kept.Days, actor.Who, actor.Why);
        return kept;
    }

    /// <summary>Keeps no more rows.</summary>
    /// <param name="forget">Whether those that are stored are deleted now.</param>
    public async Task StopAsync(string model, bool forget, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        PipelineName.Require(model, "model");
        CaptureSettings? left = await registry.FindCaptureAsync(model, cancellationToken);

        // What was forgotten stays forgotten: other processes may store a little for some seconds more.
        await registry.SetCaptureAsync(model, forget || left is { Keeps: false } ? CaptureSettings.Forgotten : null, cancellationToken);
        models.Forget(model);
        if (forget)
            await rows.ForgetAsync(model, cancellationToken);
        if (left is { Keeps: true } || forget)
            logger.LogInformation(CaptureEvents.Ended, "Calls of model {Model} are kept no more, those before are forgotten: {Forget}, as {Who} says: {Why}", model, forget, actor.Who, actor.Why);
    }

    /// <exception cref="ProblemException">404: none are kept.</exception>
    public async Task<CaptureSettings> ReadAsync(string model, CancellationToken cancellationToken) =>
        await registry.FindCaptureAsync(PipelineName.Require(model, "model"), cancellationToken) is { Keeps: true } kept
        ? kept
        : throw ProblemException.NotFound($"No rows of model '{model}' are kept.", $"PUT /api/models/{model}/capture keeps them from now on.");

    /// <summary>Deletes rows that were kept long enough.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        rows.ForgetAsync(async (model, token) => (await registry.FindCaptureAsync(model, token))?.Days ?? DefaultDays, cancellationToken);
}
