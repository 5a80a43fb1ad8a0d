namespace MlServerless.Pipelines.Ports;

/// <summary>Everything the pipelines keep, in the user's own storage account.</summary>
public interface IPipelineStorage
{
    IContentStore Content { get; }

    IUploads Uploads { get; }

    ISpecStore Specs { get; }

    /// <summary>Table <c>runs</c>, partition = pipeline.</summary>
    IRowTable Runs { get; }

    /// <summary>Table <c>data</c>, partition = pipeline.</summary>
    IRowTable Data { get; }

    /// <summary>Table <c>registry</c>, partition = model.</summary>
    IRowTable Registry { get; }

    /// <summary>Table <c>monitoring</c>, partition = model.</summary>
    IRowTable Monitoring { get; }

    /// <summary>Container <c>monitoring</c>.</summary>
    IBlobFolder MonitoringBlobs { get; }

    /// <summary>Container <c>checkpoints</c>.</summary>
    IBlobFolder Checkpoints { get; }

    /// <summary>Container <c>promotion-heads</c>: what a deployment makes immutable. Blobs are added, never overwritten or deleted.</summary>
    IBlobFolder PromotionHeads { get; }

    /// <summary>Container <c>batches</c>.</summary>
    IBatchFiles Batches { get; }

    ICommandQueue Commands { get; }

    IPoisonQueues PoisonQueues { get; }

    /// <summary>The queue <c>model-events</c>, from which others learn of alerts.</summary>
    ICommandQueue Events { get; }

    /// <summary>Creates the containers, tables and queues that are missing. On Azure they come from the deployment; here they come with the first start.</summary>
    Task EnsureCreatedAsync(CancellationToken cancellationToken);

    /// <summary>Throws when the account cannot be reached.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}
