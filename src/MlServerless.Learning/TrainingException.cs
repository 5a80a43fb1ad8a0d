namespace MlServerless.Learning;

/// <summary>The data or the parameters do not allow a model to be trained. Repeating the training does not help.</summary>
/// <param name="code">A stable code: one of the finding codes of the data checks where one fits.</param>
/// <param name="message">What is wrong and how to mend it.</param>
public sealed class TrainingException(string code, string message) : Exception(message)
{
    /// <summary>A stable code for programs.</summary>
    public string Code { get; } = code;
}
