namespace MlServerless.Data;

/// <summary>Two versions cannot be compared; the message says why and what to do.</summary>
public sealed class DataDiffException(string message) : Exception(message);
