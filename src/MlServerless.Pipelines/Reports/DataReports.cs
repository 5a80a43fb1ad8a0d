using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Reports;

/// <summary>Reads the reports of data versions.</summary>
public sealed class DataReports(IPipelineStorage storage, DataCatalog catalog)
{
    /// <summary>The record of a data version in one pipeline.</summary>
    /// <param name="pipeline">Null for the one that checked it last; before any has, the first by name.</param>
    /// <exception cref="ProblemException">404: no pipeline, or not that one, has it.</exception>
    public async Task<(string Pipeline, DataVersionRecord Record)> FindAsync(ContentHash id, string? pipeline, CancellationToken cancellationToken)
    {
        var found = new List<(string Pipeline, DataVersionRecord Record)>();
        foreach (string candidate in pipeline is null ? await catalog.FindPipelinesAsync(id, cancellationToken) : [PipelineName.Require(pipeline)])
        {
            if (await catalog.FindAsync(candidate, id, cancellationToken) is { } record)
                found.Add((candidate, record));
        }

        return found.Count > 0
            ? found.OrderByDescending(candidate => candidate.Record.Check is not null).ThenByDescending(candidate => candidate.Record.Order, StringComparer.Ordinal).First()
            : throw ProblemException.NotFound(
                pipeline is null ? $"There is no data version {id}." : $"Pipeline '{pipeline}' has no data version {id}.",
                "GET /api/pipelines/{name}/data lists the data versions of a pipeline.");
    }

    /// <exception cref="ProblemException">404: there is no such version, or it was not checked yet.</exception>
    /// <exception cref="ContentMissingException">Rows were erased from it, and the report that quoted them went with them.</exception>
    public async Task<DataReport> ReadAsync(ContentHash id, string? pipeline, CancellationToken cancellationToken)
    {
        (string owner, DataVersionRecord record) = await FindAsync(id, pipeline, cancellationToken);
        if (record.Opaque is { } opaque)
            throw ProblemException.NotFound($"Data version {id} is an opaque file ({opaque.MediaType}): it has no rows, and so no report.", $"GET /api/pipelines/{owner}/data shows what is known of it.");
        DataCheckRecord check = record.Check
            ?? throw ProblemException.NotFound($"Data version {id} was not checked yet.", $"Its run does so as it comes to it: GET /api/runs/{record.RunId}.");
        CheckReport report = CheckReport.Parse(await storage.Content.ReadAsync(check.ReportHash, cancellationToken));
        DataSchema? schema = check.SchemaHash is { } schemaHash ? DataSchema.Parse(await storage.Content.ReadAsync(schemaHash, cancellationToken)) : null;
        DataVersionRecord? previous = await catalog.FindPreviousAsync(owner, record.Order, cancellationToken);
        return new DataReport(
            owner,
            check.DataVersion,
            record,
            report,
            schema,
            await FindProfileAsync(check, cancellationToken),
            previous is not null && await FindProfileAsync(previous.Check!, cancellationToken) is { } before ? new PreviousData(previous.Id, previous.Source.Blob, before) : null);
    }

    internal async Task<DataProfile?> FindProfileAsync(DataCheckRecord check, CancellationToken cancellationToken)
    {
        if (check.ProfileHash is not { } hash)
            return null;
        try
        {
            return DataProfile.Parse(await storage.Content.ReadAsync(hash, cancellationToken));
        }
        catch (ContentMissingException)
        {
            // Its rows were erased since.
            return null;
        }
    }
}
