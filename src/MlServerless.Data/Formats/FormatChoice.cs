namespace MlServerless.Data;

/// <summary>Tells from the beginning of an upload how it is written.</summary>
/// <param name="head">Its first <see cref="DataFormat.HeadBytes"/> bytes, or all there are.</param>
/// <returns>Null for content that has no rows.</returns>
public delegate DataFormat? FormatChoice(ReadOnlySpan<byte> head);
