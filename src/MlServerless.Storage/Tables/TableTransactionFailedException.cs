using Azure;

namespace MlServerless.Storage.Tables;

/// <summary>A transaction was refused as a whole: nothing was changed.</summary>
internal sealed class TableTransactionFailedException : RequestFailedException
{
    public TableTransactionFailedException(RequestFailedException cause, int? failedTransactionActionIndex)
        : base(cause.Status, cause.Message, cause.ErrorCode, cause) =>
        FailedTransactionActionIndex = failedTransactionActionIndex;

    /// <summary>Which of the changes failed, counted from 0; null when the service did not say.</summary>
    public int? FailedTransactionActionIndex { get; }
}
