using MlServerless.Pipelines;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Cards;
using MlServerless.Pipelines.Comparisons;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Exports;
using MlServerless.Pipelines.Health;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Monitoring.Challengers;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Registry.Canaries;
using MlServerless.Pipelines.Reports;
using MlServerless.Pipelines.Retention;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.WarmUp;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Uploads;
using MlServerless.Storage;

namespace MlServerless.Functions.Hosting;

/// <summary>Puts the pipelines together.</summary>
internal static class PipelineServices
{
    public static IServiceCollection AddPipelines(this IServiceCollection services, AppSettings settings)
    {
        var storage = new Lazy<IPipelineStorage>(() => AzurePipelineStorage.Create(settings.Storage with { RequestTimeout = settings.Pipelines.StorageTimeout }));

        // Not a hosted service: those begin only when all else has been put together.
        if (settings.Faults.Count == 0)
            _ = ServingWarmUp.BeginAsync(() => storage.Value);
        services.AddSingleton(settings.Pipelines);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => storage.Value);

        services.AddSingleton<SpecCatalog>();
        services.AddSingleton<DataCatalog>();
        services.AddSingleton<DataVersionReader>();
        services.AddSingleton<DataLineageReader>();
        services.AddSingleton<ScanCache>();
        services.AddSingleton<DataReports>();
        services.AddSingleton<DataDiffs>();
        services.AddSingleton<PreparedDataReader>();
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<PromotionLog>();
        services.AddSingleton<AliasService>();

        services.AddSingleton<RunLog>();
        services.AddSingleton<RunStarter>();
        services.AddSingleton<StepRunner>();
        services.AddSingleton<Sweep>();
        services.AddSingleton<RunControl>();
        services.AddSingleton<RunSearch>();
        services.AddSingleton<ScheduleTimer>();
        services.AddSingleton<UploadIntake>();

        services.AddSingleton<WindowRemoval>();
        services.AddSingleton<ErasureLog>();
        services.AddSingleton<VersionEraser>();
        services.AddSingleton<ErasureService>();
        services.AddSingleton<RetentionService>();
        services.AddSingleton<StoreSweep>();

        services.AddSingleton<BatchLog>();
        services.AddSingleton<BatchService>();
        services.AddSingleton<BatchSteps>();

        services.AddSingleton<HoldOutEvaluator>();
        services.AddSingleton<GateKeeper>();
        services.AddSingleton<ModelCards>();
        services.AddSingleton<HoldOutComparer>();
        services.AddSingleton<RunDiffs>();

        services.AddSingleton<PinStep>();
        services.AddSingleton<IngestStep>();
        services.AddSingleton<ScanStep>();
        services.AddSingleton<EarlierChecksStep>();
        services.AddSingleton<ComposeStep>();
        services.AddSingleton<CheckStep>();
        services.AddSingleton<PrepareStep>();
        services.AddSingleton<TrainStep>();
        services.AddSingleton<EvaluateStep>();
        services.AddSingleton<PackageStep>();
        services.AddSingleton<RegisterStep>();
        services.AddSingleton<TurnStep>();
        services.AddSingleton<PromoteStep>();
        services.AddSingleton<FinishStep>();
        services.AddSingleton<VerifyContentStep>();
        services.AddSingleton<VerifyStep>();

        services.AddSingleton<SourceWatch>();
        services.AddSingleton(_ => new HttpClient());
        services.AddSingleton<AlertDelivery>();
        services.AddSingleton<AlertBook>();
        services.AddSingleton<AlertTimer>();
        services.AddSingleton<HeartbeatTimer>();

        services.AddSingleton<ServingMetrics>();
        services.AddSingleton<MetricsText>();
        services.AddSingleton<ServedModels>();
        services.AddSingleton<OnnxModels>();
        services.AddSingleton<ModelImportances>();
        services.AddSingleton<PredictionService>();
        services.AddSingleton<Http.PredictionCalls>();
        services.AddSingleton<PredictionSketches>();
        services.AddSingleton<PredictionKey>();
        services.AddSingleton<FeedbackService>();
        services.AddSingleton<AssociationReferences>();
        services.AddSingleton<RowCapture>();
        services.AddSingleton<CaptureService>();
        services.AddSingleton<ChallengerService>();
        services.AddSingleton<CanaryService>();
        services.AddSingleton<DriftActions>();
        services.AddSingleton<DriftService>();
        services.AddHostedService<StorageStarter>();
        services.AddHostedService<SketchFlusher>();
        services.AddHostedService<RowCaptureFlusher>();
        return services;
    }
}
