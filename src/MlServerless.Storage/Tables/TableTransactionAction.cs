using Azure;

namespace MlServerless.Storage.Tables;

/// <summary>One change of a transaction.</summary>
/// <param name="ETag">What an update or delete must still find; <see cref="ETag.All"/> or the default for whatever is there.</param>
internal sealed record TableTransactionAction(TableTransactionActionType ActionType, TableEntity Entity, ETag ETag = default);
