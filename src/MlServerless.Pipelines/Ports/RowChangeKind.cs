namespace MlServerless.Pipelines.Ports;

public enum RowChangeKind
{
    /// <summary>The row must not exist.</summary>
    Insert,

    /// <summary>The row must still have the ETag it was read with.</summary>
    Replace,

    /// <summary>Written whatever is there.</summary>
    Put,

    /// <summary>Deleted if it still has the ETag it was read with.</summary>
    Delete,
}
