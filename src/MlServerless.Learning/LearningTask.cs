using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Learning;

/// <summary>What a model predicts. In JSON "binary", "multiclass", "regression".</summary>
[JsonConverter(typeof(LowerCamelEnumConverter<LearningTask>))]
public enum LearningTask
{
    /// <summary>One of two classes; the score is the probability of the positive class.</summary>
    Binary,

    /// <summary>One of several classes; the scores are one probability per class, summing to 1.</summary>
    Multiclass,

    /// <summary>A number in the units of the label.</summary>
    Regression,
}
