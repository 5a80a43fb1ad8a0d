namespace MlServerless.Storage.Tables;

/// <summary>Error codes of the Table service that callers decide by.</summary>
internal static class TableErrorCode
{
    public const string EntityAlreadyExists = "EntityAlreadyExists";
    public const string ResourceNotFound = "ResourceNotFound";
    public const string EntityNotFound = "EntityNotFound";
    public const string TableAlreadyExists = "TableAlreadyExists";
    public const string TableNotFound = "TableNotFound";
    public const string UpdateConditionNotSatisfied = "UpdateConditionNotSatisfied";

    /// <summary>Whether the error says that the entity, not the table, is missing.</summary>
    public static bool IsEntityMissing(Azure.RequestFailedException e) =>
        e.Status == 404 && e.ErrorCode is ResourceNotFound or EntityNotFound;

    /// <summary>Whether a condition of the request failed: nothing was changed, and nothing is wrong with the request.</summary>
    public static bool IsConditionFailed(Azure.RequestFailedException e) =>
        e.Status == 412 || (e.Status == 409 && e.ErrorCode == EntityAlreadyExists) || IsEntityMissing(e);
}
