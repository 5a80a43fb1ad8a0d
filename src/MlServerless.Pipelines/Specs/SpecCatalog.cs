using System.Collections.Concurrent;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Specs;

/// <summary>Pipeline specs: as their owners wrote them in <c>pipelines/{name}.json</c>, and pinned by hash in the content store.</summary>
public sealed class SpecCatalog(IPipelineStorage storage)
{
    // Pinned specs never change, so what was parsed once is right for good; a few dozen pipelines are what one app has.
    private const int MaxCached = 256;
    private readonly ConcurrentDictionary<ContentHash, PipelineSpec> pinned = new();

    /// <summary>Validates and writes a spec.</summary>
    /// <param name="ifMatch">Without quotes; null replaces whatever is there.</param>
    /// <exception cref="ProblemException">400: not valid; 412: the spec was changed meanwhile.</exception>
    public async Task<SavedSpec> SaveAsync(string name, ReadOnlyMemory<byte> json, string? ifMatch, CancellationToken cancellationToken)
    {
        PipelineName.Require(name);
        SpecParser.Parse(json.Span);
        bool existed = await storage.Specs.FindAsync(name, cancellationToken) is not null;
        string etag = await storage.Specs.TryPutAsync(name, json, ifMatch, cancellationToken)
            ?? throw new ProblemException(412, "The spec was changed by somebody else.", $"GET /api/pipelines/{name}, carry your change over and send it with the new ETag.");
        return new SavedSpec(name, etag, Hash(json.Span), !existed);
    }

    /// <exception cref="ProblemException">404: there is no such pipeline.</exception>
    public async Task<StoredSpec> RequireAsync(string name, CancellationToken cancellationToken) =>
        await storage.Specs.FindAsync(PipelineName.Require(name), cancellationToken)
        ?? throw ProblemException.NotFound($"There is no pipeline '{name}'.", $"PUT its spec to /api/pipelines/{name} first.");

    /// <summary>Stores a pipeline's present spec under the hash of its canonical form, by which later steps read it.</summary>
    /// <exception cref="ProblemException">404: no such pipeline; 400: the stored spec is not valid.</exception>
    public async Task<ContentHash> PinAsync(string name, CancellationToken cancellationToken)
    {
        StoredSpec spec = await RequireAsync(name, cancellationToken);
        SpecParser.Parse(spec.Json);
        return await storage.Content.PutAsync(CanonicalJson.Canonicalize(spec.Json), cancellationToken);
    }

    /// <summary>Stores a spec that came with a request under the hash of its canonical form.</summary>
    /// <param name="path">Where in the request it stands.</param>
    /// <exception cref="ProblemException">400: the spec is not valid.</exception>
    public async Task<ContentHash> PinAsync(ReadOnlyMemory<byte> json, string path, CancellationToken cancellationToken)
    {
        try
        {
            SpecParser.Parse(json.Span);
        }
        catch (ProblemException problem)
        {
            throw new ProblemException(problem.Status, problem.Title, problem.Detail, [.. problem.Errors.Select(error => error with { Path = path + error.Path[1..] })]);
        }

        return await storage.Content.PutAsync(CanonicalJson.Canonicalize(json.Span), cancellationToken);
    }

    public async Task<PipelineSpec> ReadPinnedAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        if (pinned.TryGetValue(hash, out PipelineSpec? known))
            return known;
        PipelineSpec spec = SpecParser.Parse(await storage.Content.ReadAsync(hash, cancellationToken));
        if (pinned.Count < MaxCached)
            pinned[hash] = spec;
        return spec;
    }

    /// <summary>The hash a spec is pinned by.</summary>
    public static ContentHash Hash(ReadOnlySpan<byte> json) => ContentHash.Of(CanonicalJson.Canonicalize(json));
}
