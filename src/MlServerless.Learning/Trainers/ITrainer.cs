using System.Text.Json;
using MlServerless.Learning.Parameters;

namespace MlServerless.Learning.Trainers;

/// <summary>One way to fit a model. A new one is a class of this kind and its line in <see cref="TrainerRegistry"/>.</summary>
internal interface ITrainer
{
    /// <summary>The name in specs and artifacts.</summary>
    string Name { get; }

    /// <summary>Goes up when the same data and parameters would give another model; golden hashes watch over it.</summary>
    int AlgorithmVersion { get; }

    /// <summary>Values of a category that may have buckets of their own.</summary>
    int MaxVocabulary { get; }

    /// <summary>N-grams of a text that may have slots of their own.</summary>
    int MaxTextDimensions { get; }

    /// <summary>All settings, in the order of the documentation.</summary>
    IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <summary>Bytes of working memory at most, beside the tables.</summary>
    /// <param name="slots">Slots that are not sparse.</param>
    /// <param name="sparseSlots">N-grams of texts.</param>
    long EstimateBytes(long rows, int slots, int sparseSlots, int classes, ParameterSet parameters);

    /// <summary>Everything in the settings that does not fit the data: names of features or classes that there are not.</summary>
    IReadOnlyList<SpecError> Check(TrainingSet set, ParameterSet parameters) => [];

    /// <summary>Fits a model. The result depends on the set, the parameters and the seed alone, not on threads.</summary>
    Task<IModelBody> TrainAsync(TrainingSet set, ParameterSet parameters, TrainerContext context, CancellationToken cancellationToken);

    /// <summary>Reads what <see cref="IModelBody.Write"/> wrote; the reader stands on the value's first token and ends on its last.</summary>
    /// <exception cref="InvalidArtifactException">The JSON is not a body of this trainer.</exception>
    IModelBody Read(ref Utf8JsonReader reader);
}
