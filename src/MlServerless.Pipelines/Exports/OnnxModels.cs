using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Onnx;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Pipelines.Exports;

/// <summary>Writes model versions as ONNX. Nothing is kept: equal artifacts give equal bytes.</summary>
public sealed class OnnxModels(ModelRegistry registry, IPipelineStorage storage)
{
    /// <exception cref="ProblemException">404: no such version; 422: the model has no form in ONNX, and why.</exception>
    /// <exception cref="ContentMissingException">The artifact is no longer kept.</exception>
    public async Task<OnnxModel> ReadAsync(string model, int version, OnnxNumbers numbers, CancellationToken cancellationToken)
    {
        ModelVersion found = await registry.FindVersionAsync(model, version, cancellationToken)
            ?? throw ProblemException.NotFound($"Model '{model}' has no version {version}.", $"GET /api/models/{model}/versions lists its versions.");
        byte[] artifact = await storage.Content.ReadAsync(found.Hash, cancellationToken);
        byte[] content = await Task.Run(() => Export(model, version, artifact, numbers), cancellationToken);
        return new OnnxModel($"{model}-v{version}.onnx", ContentHash.Of(content), content);
    }

    private static byte[] Export(string model, int version, byte[] artifact, OnnxNumbers numbers)
    {
        try
        {
            return OnnxExporter.Export(ModelArtifact.Parse(artifact), numbers);
        }
        catch (OnnxExportException refusal)
        {
            throw new ProblemException(
                422,
                $"Version {version} of model '{model}' has no form in ONNX.",
                refusal.Message,
                [.. refusal.Columns.Select(column => new ProblemDetail(column, "is a text feature: exclude the column, or declare it as a category, and train again."))]);
        }
    }
}
