using MlServerless.Data;
using MlServerless.Pipelines.Catalog;

namespace MlServerless.Pipelines.Reports;

/// <summary>A data version that was checked and can be read as rows.</summary>
/// <param name="Schema">By which its rows are read; where its check was of a window, the window's.</param>
internal sealed record CheckedVersion(ContentHash Id, DataVersionRecord Record, DataCheckRecord Check, DataSchema Schema, OpenedDataVersion Data)
{
    /// <summary>Whether the check was of this very version.</summary>
    public bool OwnCheck => Check.DataVersion == Id;
}
