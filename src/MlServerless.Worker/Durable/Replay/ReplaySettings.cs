using Microsoft.Extensions.Logging;
using MlServerless.Worker.Invocation;

namespace MlServerless.Worker.Durable.Replay;

internal sealed record ReplaySettings(JsonValues Json, ILoggerFactory Loggers, TimeSpan MaximumTimerInterval);
