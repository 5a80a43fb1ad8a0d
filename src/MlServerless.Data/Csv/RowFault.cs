namespace MlServerless.Data;

/// <summary>Why a row is kept out.</summary>
internal enum RowFault : byte
{
    None,
    Ragged,
    MalformedQuote,
    UnterminatedQuote,
    NotUtf8,
    NulByte,
    TooLong,
    UnexpectedType,
    MalformedJson,
}
