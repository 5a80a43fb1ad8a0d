using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Monitoring.Challengers;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Registry.Canaries;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>One process that serves and watches.</summary>
internal sealed class ServingProcess
{
    public ServingProcess(IPipelineStorage storage, TimeProvider time, PipelineOptions options, AlertDelivery? delivery = null)
    {
        var registry = new ModelRegistry(storage, time);
        var runs = new RunLog(storage, time);
        var catalog = new DataCatalog(storage);
        var prepared = new PreparedDataReader(storage);
        Models = new ServedModels(registry, storage, options, time, NullLogger<ServedModels>.Instance, Metrics);
        Sketches = new PredictionSketches(storage, time, NullLogger<PredictionSketches>.Instance);
        Rows = new RowCapture(storage, time, NullLogger<RowCapture>.Instance);
        var key = new PredictionKey(storage, time, NullLogger<PredictionKey>.Instance);
        Predictions = new PredictionService(Models, Sketches, key, Metrics, time, Rows);
        Feedback = new FeedbackService(storage, key, Models);
        Alerts = new AlertBook(storage, time, NullLogger<AlertBook>.Instance, delivery);
        Capture = new CaptureService(registry, Models, Rows, time, NullLogger<CaptureService>.Instance);
        Challengers = new ChallengerService(storage, registry, Models, Rows, Feedback, time, NullLogger<ChallengerService>.Instance);
        Canaries = new CanaryService(storage, registry, Models, Sketches, Alerts, time, NullLogger<CanaryService>.Instance);
        var actions = new DriftActions(storage, Alerts, new RunStarter(storage, runs, catalog, new SpecCatalog(storage), time), time);
        Drift = new DriftService(
            storage, registry, Models, Sketches, catalog, runs, prepared, Feedback, new AssociationReferences(storage, registry, runs, prepared, NullLogger<AssociationReferences>.Instance), actions, time, NullLogger<DriftService>.Instance);
    }

    public ServingMetrics Metrics { get; } = new();

    public ServedModels Models { get; }

    public PredictionSketches Sketches { get; }

    public PredictionService Predictions { get; }

    public FeedbackService Feedback { get; }

    public AlertBook Alerts { get; }

    public RowCapture Rows { get; }

    public CaptureService Capture { get; }

    public ChallengerService Challengers { get; }

    public CanaryService Canaries { get; }

    public DriftService Drift { get; }
}
