using System.Buffers;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Serving.WarmUp;

/// <summary>
/// Does once, on another core while the server starts, what the first prediction would wait for otherwise: connections, tokens, and code that is
/// compiled when it is first met. Nothing depends on it.
/// </summary>
public static class ServingWarmUp
{
    private const string Name = "warm-up";

    private static ReadOnlySpan<byte> Row => """{"amount":7.5,"plan":"b","active":true,"since":"2025-03-01T12:00:00Z"}"""u8;

    /// <summary>The artifact of a small model with every kind of input, as <see cref="ModelTrainer"/> makes it.</summary>
    internal static byte[] Artifact
    {
        get
        {
            using Stream stream = typeof(ServingWarmUp).Assembly.GetManifestResourceStream("warm-up-model.json")!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>Begins, and returns at once. What fails here fails where it is needed, too, and is said there.</summary>
    public static Task BeginAsync(Func<IPipelineStorage> storage) => Task.Run(async () =>
    {
        // One thread for both, while another starts the server: instances have two cores at the most.
        Task asked = AskAsync(storage);
        Predict();
        await asked;
    });

    /// <summary>Reads the small model and lets it answer one row.</summary>
    /// <returns>The answer.</returns>
    internal static ReadOnlyMemory<byte> Predict()
    {
        var model = new ServedModel(Name, 1, new MonitoringSpec(), ModelArtifact.Parse(Artifact));
        var answer = new ModelAnswer(model, false);
        var request = new RowsRequest();
        var output = new ArrayBufferWriter<byte>();
        request.Write(output, PredictionOutcome.Of(answer, request.Read(model, Row)));
        return output.WrittenMemory;
    }

    private static async Task AskAsync(Func<IPipelineStorage> storage)
    {
        try
        {
            await new ModelRegistry(storage(), TimeProvider.System).FindServingAsync(Name, CancellationToken.None);
            await storage().Content.ExistsAsync(ContentHash.Of(Artifact), CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Storage does not answer, or lacks the table yet: the first request that needs it says so.
        }
    }
}
