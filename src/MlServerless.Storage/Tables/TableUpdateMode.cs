namespace MlServerless.Storage.Tables;

internal enum TableUpdateMode
{
    /// <summary>Properties that are not given stay.</summary>
    Merge,

    /// <summary>Properties that are not given go.</summary>
    Replace,
}
