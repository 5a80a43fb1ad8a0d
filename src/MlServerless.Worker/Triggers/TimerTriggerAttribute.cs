namespace MlServerless.Worker;

/// <summary>The function is called on a schedule. The parameter is a <see cref="TimerInfo"/>.</summary>
/// <param name="schedule">NCRONTAB with six fields in UTC (<c>0 */5 * * * *</c>), or <c>%SETTING%</c>.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    public string Schedule { get; } = schedule;
}
