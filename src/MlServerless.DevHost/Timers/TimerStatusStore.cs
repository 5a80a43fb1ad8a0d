using System.Text.Json;

namespace MlServerless.DevHost.Timers;

/// <summary>Keeps the last run of each timer in one file, so that runs missed during a stop are noticed.</summary>
internal sealed class TimerStatusStore
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly Dictionary<string, TimerStatus> _status;

    public TimerStatusStore(string path, ILogger log)
    {
        _path = path;
        _status = new(StringComparer.OrdinalIgnoreCase);
        try
        {
            if (File.Exists(path))
                _status = new(JsonSerializer.Deserialize<Dictionary<string, TimerStatus>>(File.ReadAllBytes(path)) ?? [], StringComparer.OrdinalIgnoreCase);
        }
        catch (JsonException e)
        {
            log.LogWarning("{Path} cannot be read and is begun anew: {Error}", path, e.Message);
        }
    }

    public TimerStatus? Get(string function)
    {
        lock (_lock)
            return _status.GetValueOrDefault(function);
    }

    public void Set(string function, TimerStatus status)
    {
        lock (_lock)
        {
            _status[function] = status;
            File.WriteAllBytes(_path + ".new", JsonSerializer.SerializeToUtf8Bytes(_status));
            File.Move(_path + ".new", _path, overwrite: true);
        }
    }
}
