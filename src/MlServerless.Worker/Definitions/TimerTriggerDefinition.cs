namespace MlServerless.Worker.Definitions;

internal sealed record TimerTriggerDefinition(string Schedule);
