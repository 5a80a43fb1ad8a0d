namespace MlServerless.Data;

/// <summary>An upload cannot be decoded.</summary>
/// <param name="finding">What is wrong and how to mend it; blocking.</param>
/// <param name="cause">Null where it was found by looking.</param>
public sealed class DecodingException(Finding finding, Exception? cause = null) : Exception(finding.Message, cause)
{
    public Finding Finding { get; } = finding;
}
