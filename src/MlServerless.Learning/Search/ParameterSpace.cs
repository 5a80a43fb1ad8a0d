namespace MlServerless.Learning.Search;

/// <summary>The values that a search tries for one setting of a trainer.</summary>
public abstract record ParameterSpace;
