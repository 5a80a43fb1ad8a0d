using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Trainers;

namespace MlServerless.Learning;

/// <summary>
/// A trained model as immutable content: canonical JSON without timestamps that holds preprocessing, parameters, signature,
/// reference profile and validation metrics. Equal data, parameters, seed and algorithm versions give equal bytes.
/// </summary>
public sealed class ModelArtifact
{
    private IPredictor? predictor;

    private ModelArtifact(byte[] json, ArtifactContent content)
    {
        Json = json;
        Content = content;
        Hash = ContentHash.Of(json);
    }

    /// <summary>SHA-256 of <see cref="Json"/>.</summary>
    public ContentHash Hash { get; }

    /// <summary>The canonical bytes.</summary>
    public byte[] Json { get; }

    public LearningTask Task => Content.Task;

    /// <summary>Name of the trainer.</summary>
    public string Trainer => Content.Trainer.Name;

    /// <summary>The trainer's algorithm version.</summary>
    public int AlgorithmVersion => Content.Trainer.AlgorithmVersion;

    /// <summary>All settings of the trainer, defaults included: numbers, texts, or objects of these.</summary>
    public IReadOnlyDictionary<string, JsonElement> Parameters => Content.Parameters;

    public ulong Seed => Content.Seed;

    public ModelSignature Signature => Content.Signature;

    /// <summary>Classes in ordinal order, for a binary task the positive one last; empty for regression.</summary>
    public IReadOnlyList<string> ClassLabels => Content.ClassLabels;

    public TrainingRows Rows => Content.Rows;

    /// <summary>The features of the training part.</summary>
    public TableSketch Reference => Content.Reference;

    /// <summary>
    /// Predictions on the validation part, one column "prediction": the probability or value, or for multiclass the label of the
    /// most probable class. Null where there were no validation rows.
    /// </summary>
    public TableSketch? Predictions => Content.Predictions;

    /// <summary>Metrics on the validation part; one that is not defined there is absent.</summary>
    public IReadOnlyDictionary<string, double> Metrics => Content.Metrics;

    /// <summary>What the model relies on; null for models of before it was kept.</summary>
    public ModelImportance? Importance => Content.Importance;

    internal ArtifactContent Content { get; }

    /// <summary>The compiled body, which scorers and explainers share.</summary>
    internal IPredictor Predictor => LazyInitializer.EnsureInitialized(
        ref predictor, () => Content.Body.Compile(Content.Preprocessor.Slots, Content.Task, Content.ClassLabels.Count));

    /// <summary>Reads an artifact and checks that it can be scored.</summary>
    /// <exception cref="InvalidArtifactException">It is not one; the message says what is wrong.</exception>
    public static ModelArtifact Parse(ReadOnlyMemory<byte> json)
    {
        byte[] own = json.ToArray();
        return new ModelArtifact(own, ArtifactFormat.Read(own));
    }
}
