using System.Threading.Channels;
using Google.Protobuf;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.DevHost.Journaling;

namespace MlServerless.DevHost.Durable;

/// <summary>
/// The durable task hub: the state of all instances, changed only by records that are on the disk before anything acts on them.
/// </summary>
internal sealed class TaskHub : IAsyncDisposable
{
    private const int MaxBatch = 256;
    private const long CompactFrom = 16 << 20;

    private readonly Lock _lock = new();
    private readonly HubState _state = new();
    private readonly JournalFile _journal;
    private readonly ILogger _log;
    private readonly Channel<Commit> _commits = Channel.CreateUnbounded<Commit>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _writer;
    private long _compactedLength;

    private TaskHub(string path, ILogger log)
    {
        _log = log;
        var ignored = new List<string>();
        var count = 0;
        _journal = JournalFile.Open(
            path,
            record =>
            {
                _state.Apply(JournalRecord.Parser.ParseFrom(record), ignored);
                count++;
            },
            warning => log.LogWarning("{Warning}", warning));
        if (count > 0)
            log.LogInformation("The task hub holds {Count} instances.", _state.Instances.Count);
        _compactedLength = _journal.Length;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Called with the ids of instances that may have something to do, after the record is on the disk.</summary>
    public Action<IReadOnlyCollection<string>> Touched { get; set; } = _ => { };

    /// <summary>Ends when the journal can no longer be written.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <exception cref="InvalidDataException">The file is no journal.</exception>
    public static TaskHub Open(string path, ILogger log) => new(path, log);

    /// <summary>Looks at the state. Nothing mutable may leave <paramref name="read"/>.</summary>
    public T Read<T>(Func<HubState, T> read)
    {
        lock (_lock)
            return read(_state);
    }

    /// <summary>
    /// Decides on a change with sight of the state, writes it, and returns when it is on the disk.
    /// <paramref name="decide"/> returns the record (null = no change) and the caller's result; what it throws comes back.
    /// </summary>
    public async Task<T> CommitAsync<T>(Func<HubState, (JournalRecord? Record, T Result)> decide)
    {
        T result = default!;
        var commit = new Commit(state =>
        {
            var (record, value) = decide(state);
            result = value;
            return record;
        });
        if (!_commits.Writer.TryWrite(commit))
            throw new OperationCanceledException("The task hub is closed.");
        await commit.Done.Task;
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        _commits.Writer.TryComplete();
        await _writer;
        _journal.Dispose();
    }

    private async Task WriteAsync()
    {
        var batch = new List<Commit>();
        var records = new List<byte[]>();
        var touched = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (await _commits.Reader.WaitToReadAsync())
        {
            batch.Clear();
            records.Clear();
            touched.Clear();
            try
            {
                lock (_lock)
                {
                    while (batch.Count < MaxBatch && _commits.Reader.TryRead(out var commit))
                    {
                        batch.Add(commit);
                        Decide(commit, records, touched);
                    }
                }

                if (records.Count > 0)
                    _journal.Append(records);
                CompactIfLarge();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                _log.LogCritical(e, "The journal of the task hub cannot be written.");
                _commits.Writer.TryComplete();
                foreach (var commit in batch)
                    commit.Done.TrySetException(e);
                _failed.TrySetResult(e);
                return;
            }

            foreach (var commit in batch)
                commit.Complete();
            if (touched.Count > 0)
                Touched(touched.ToArray());
        }
    }

    private void Decide(Commit commit, List<byte[]> records, HashSet<string> touched)
    {
        try
        {
            if (commit.Decide(_state) is not { } record)
                return;
            records.Add(record.ToByteArray());
            _state.Apply(record, touched);
        }
        catch (Exception e)
        {
            // A decision that was refused changes nothing and concerns its caller alone.
            commit.Refusal = e;
        }
    }

    private void CompactIfLarge()
    {
        if (_journal.Length < CompactFrom || _journal.Length < 4 * _compactedLength)
            return;
        lock (_lock)
            _journal.Rewrite(_state.Snapshot().Select(record => record.ToByteArray()));
        _compactedLength = _journal.Length;
    }

    private sealed class Commit(Func<HubState, JournalRecord?> decide)
    {
        public Func<HubState, JournalRecord?> Decide { get; } = decide;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? Refusal { get; set; }

        public void Complete()
        {
            if (Refusal is { } refusal)
                Done.TrySetException(refusal);
            else
                Done.TrySetResult();
        }
    }
}
