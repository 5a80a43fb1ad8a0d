namespace MlServerless.Worker.Durable;

/// <summary>Result type of calls whose result nobody reads; any JSON is accepted for it and skipped.</summary>
internal readonly struct Unit;
