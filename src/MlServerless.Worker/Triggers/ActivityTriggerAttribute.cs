namespace MlServerless.Worker;

/// <summary>
/// The function is an activity of orchestrations. The parameter is of any type that JSON can be read into.
/// An activity may run more than once for one call, also at the same time.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : Attribute;
