using System.Globalization;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Reports;

/// <summary>Compares data versions. One comparison runs at a time, because each holds 16 bytes for every row.</summary>
public sealed class DataDiffs(
    IPipelineStorage storage,
    DataCatalog catalog,
    DataReports reports,
    DataVersionReader reader,
    SpecCatalog specs,
    PipelineOptions options) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    public void Dispose() => turn.Dispose();

    /// <param name="before">The version that the other is compared with.</param>
    /// <param name="after">The other version.</param>
    /// <param name="pipeline">Null for the first by name that has both, one that checked both before others.</param>
    /// <param name="key">The columns that tell which row is which; none to compare rows by content; null for the key of the pipeline's spec where both versions have it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ProblemException">404: no such version, or it was not checked yet; 410: its rows are no longer kept; 422: it cannot be read as rows, has too many, or lacks a key column.</exception>
    /// <exception cref="ContentMissingException">Its rows are no longer kept.</exception>
    public async Task<DataDiffReport> CompareAsync(ContentHash before, ContentHash after, string? pipeline, IReadOnlyList<string>? key, CancellationToken cancellationToken)
    {
        string owner = pipeline ?? await FindOwnerAsync(before, after, cancellationToken);
        CheckedVersion then = await OpenAsync(before, owner, cancellationToken);
        CheckedVersion now = await OpenAsync(after, owner, cancellationToken);
        RequireMemory(then, now);
        key ??= await DefaultKeyAsync(then, now, cancellationToken);
        DataDiffResult rows = await CompareRowsAsync(then, now, key, cancellationToken);
        (DriftResult? distances, string? none) = await CompareDistributionsAsync(then, now, rows.Key, cancellationToken);
        return new DataDiffReport(
            owner,
            await SideAsync(then, cancellationToken),
            await SideAsync(now, cancellationToken),
            rows,
            then.OwnCheck && now.OwnCheck ? SchemaDiff.Compare(then.Schema, now.Schema) : null,
            distances,
            none);
    }

    private async Task<string> FindOwnerAsync(ContentHash before, ContentHash after, CancellationToken cancellationToken)
    {
        // Tells which of the two there is not at all.
        await reports.FindAsync(before, null, cancellationToken);
        await reports.FindAsync(after, null, cancellationToken);
        IReadOnlyList<string> others = await catalog.FindPipelinesAsync(after, cancellationToken);
        string? first = null;
        foreach (string candidate in (await catalog.FindPipelinesAsync(before, cancellationToken)).Where(others.Contains))
        {
            if (await catalog.FindAsync(candidate, before, cancellationToken) is not { } then || await catalog.FindAsync(candidate, after, cancellationToken) is not { } now)
                continue;
            if (then.Check is not null && now.Check is not null)
                return candidate;
            first ??= candidate;
        }

        return first ?? throw ProblemException.NotFound("No pipeline has both data versions.", "Compare versions of one pipeline; GET /api/pipelines/{name}/data lists them.");
    }

    private async Task<CheckedVersion> OpenAsync(ContentHash id, string pipeline, CancellationToken cancellationToken)
    {
        (_, DataVersionRecord record) = await reports.FindAsync(id, pipeline, cancellationToken);
        if (record.Removed is { } removal)
            throw new ProblemException(410, $"The rows of data version {id} are no longer kept.", $"They were removed on {removal.Day()} ({removal.Reason}); what its check found stays: GET /api/dataversions/{id}/report.");
        if (record.Opaque is { } opaque)
            throw new ProblemException(422, $"Data version {id} has no rows.", $"It is kept as {opaque.MediaType}; its bytes are told by their hash, {opaque.Hash}. Choose versions of a pipeline that reads rows.");
        DataCheckRecord check = record.Check
            ?? throw ProblemException.NotFound($"Data version {id} was not checked yet.", $"Its run does so as it comes to it: GET /api/runs/{record.RunId}.");
        if (check.SchemaHash is not { } schemaHash)
            throw Unreadable(id);
        PipelineSpec spec = await specs.ReadPinnedAsync(check.SpecHash, cancellationToken);
        OpenedDataVersion data = await reader.OpenAsync(id, spec, cancellationToken);
        if (data.IsUnreadable)
            throw Unreadable(id);
        return new CheckedVersion(id, record, check, DataSchema.Parse(await storage.Content.ReadAsync(schemaHash, cancellationToken)), data);
    }

    private static ProblemException Unreadable(ContentHash id) =>
        new(422, $"Data version {id} cannot be read as rows.", $"Its report says what is wrong with the file: GET /api/dataversions/{id}/report.");

    private void RequireMemory(CheckedVersion before, CheckedVersion after)
    {
        long most = Math.Max(RowsOf(before), RowsOf(after));
        long bytes = DataDiff.EstimateBytes(RowsOf(before) + RowsOf(after));
        if (most > DataDiff.MaxRows)
        {
            throw new ProblemException(422, "The data versions are too large to be compared.", string.Create(
                CultureInfo.InvariantCulture,
                $"One has {most} rows, and {DataDiff.MaxRows} are compared at the most. Compare versions of single uploads, or the reports of both."));
        }

        if (bytes > options.MemoryBudget)
        {
            throw new ProblemException(422, "The data versions are too large to be compared.", string.Create(
                CultureInfo.InvariantCulture,
                $"Comparing {RowsOf(before) + RowsOf(after)} rows takes {bytes / 1_000_000} MB, and {options.MemoryBudget / 1_000_000} MB may be taken. Compare versions of single uploads, or raise MlServerless__MemoryBudget together with the instance's memory."));
        }
    }

    private static long RowsOf(CheckedVersion version) => version.OwnCheck ? version.Check.Rows : version.Check.RowsOfUpload;

    private async Task<IReadOnlyList<string>> DefaultKeyAsync(CheckedVersion before, CheckedVersion after, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> key = (await specs.ReadPinnedAsync(after.Check.SpecHash, cancellationToken)).Key;
        return key.All(column => Has(before, column) && Has(after, column)) ? key : [];

        // A schema also has the declared columns that no file has; only where files do not begin with their columns it must do.
        static bool Has(CheckedVersion version, string column) =>
            version.Schema.Find(column) is not null && version.Data.Files.Any(file => file.Format.Columns.Count == 0 || file.Format.Columns.Contains(column, StringComparer.Ordinal));
    }

    private async Task<DataDiffResult> CompareRowsAsync(CheckedVersion before, CheckedVersion after, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => DataDiff.Compare(Rows(before), Rows(after), key, cancellationToken), cancellationToken);
        }
        catch (DataDiffException exception)
        {
            throw new ProblemException(422, "The data versions cannot be compared row by row.", $"{exception.Message} Send ?key= with columns that both have, once for each, or an empty one to compare rows by their content.");
        }
        finally
        {
            turn.Release();
        }

        // The comparison pulls bytes on a pool thread that has nothing else to do.
        DiffVersion Rows(CheckedVersion version) => new(
            version.Data.Parts(part => storage.Content.OpenReadAsync(part.Hash, cancellationToken).GetAwaiter().GetResult()),
            version.Schema,
            RowsOf(version));
    }

    private async Task<(DriftResult? Distances, string? None)> CompareDistributionsAsync(CheckedVersion before, CheckedVersion after, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        (TableSketch? then, string? lacking) = await FindSketchAsync(before, cancellationToken);
        if (then is null)
            return (null, lacking);
        (TableSketch? now, lacking) = await FindSketchAsync(after, cancellationToken);
        if (now is null)
            return (null, lacking);
        bool Both(ColumnSketch column) => then.Find(column.Name)?.Type == column.Type && now.Find(column.Name)?.Type == column.Type && !key.Contains(column.Name, StringComparer.Ordinal);
        TableSketch reference = then.Where(Both);
        return reference.Columns.Count == 0
            ? (null, "The versions have no column of the same name and type whose distribution was recorded.")
            : (DriftCalculator.Compare(reference, now.Where(Both), new DriftOptions()), null);
    }

    private async Task<(TableSketch? Sketch, string? Lacking)> FindSketchAsync(CheckedVersion version, CancellationToken cancellationToken)
    {
        if (!version.OwnCheck)
            return (null, $"Data version {version.Id} was checked as part of a window of uploads, so distributions of its own were not recorded.");
        if (version.Check.SketchHash is not { } hash)
            return (null, $"The check of data version {version.Id} recorded no distributions; a new run on it does.");
        try
        {
            return (TableSketch.Parse(await storage.Content.ReadAsync(hash, cancellationToken)), null);
        }
        catch (ContentMissingException)
        {
            return (null, $"The distributions of data version {version.Id} are no longer kept.");
        }
    }

    private async Task<DiffSide> SideAsync(CheckedVersion version, CancellationToken cancellationToken) => new(
        version.Id,
        version.Record.Source.Blob,
        version.OwnCheck ? version.Schema : null,
        version.OwnCheck ? await reports.FindProfileAsync(version.Check, cancellationToken) : null);
}
