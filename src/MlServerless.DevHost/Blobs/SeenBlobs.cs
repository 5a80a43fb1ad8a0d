using System.Globalization;
using System.Text;
using MlServerless.DevHost.Journaling;

namespace MlServerless.DevHost.Blobs;

/// <summary>Remembers on the disk which version (ETag) of each blob was announced, and the last sequencer given out.</summary>
internal sealed class SeenBlobs : IDisposable
{
    private readonly Dictionary<string, string> _etags = new(StringComparer.Ordinal);
    private readonly JournalFile _journal;

    private SeenBlobs(string path, ILogger log)
    {
        var records = 0;
        _journal = JournalFile.Open(
            path,
            record =>
            {
                records++;
                var parts = Encoding.UTF8.GetString(record).Split('\n');
                _etags[parts[0]] = parts[1];
                LastSequencer = long.Parse(parts[2], CultureInfo.InvariantCulture);
            },
            warning => log.LogWarning("{Warning}", warning));
        if (records > 1000 && records > 2 * _etags.Count)
            _journal.Rewrite(_etags.Select(seen => Record(seen.Key, seen.Value)));
    }

    public long LastSequencer { get; private set; }

    public static SeenBlobs Open(string path, ILogger log) => new(path, log);

    /// <param name="blob">Container and name, joined by a slash.</param>
    public bool Contains(string blob, string etag) => _etags.TryGetValue(blob, out var seen) && seen == etag;

    /// <summary>Notes blobs as announced; on the disk when this returns.</summary>
    public void Add(string blob, string etag, long sequencer)
    {
        LastSequencer = sequencer;
        _etags[blob] = etag;
        _journal.Append([Record(blob, etag)]);
    }

    public void Dispose() => _journal.Dispose();

    private byte[] Record(string blob, string etag) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{blob}\n{etag}\n{LastSequencer}"));
}
