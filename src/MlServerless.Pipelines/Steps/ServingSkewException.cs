using System.Globalization;

namespace MlServerless.Pipelines.Steps;

/// <summary>The serving code gave a hold-out row another score than the evaluation did. That is a fault of this software, not of the data.</summary>
public sealed class ServingSkewException(long rowNumber, double evaluated, double served)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"Data row {rowNumber} was evaluated as {evaluated:R} and served as {served:R}. The model was not registered; please report this with the run's hashes."));
