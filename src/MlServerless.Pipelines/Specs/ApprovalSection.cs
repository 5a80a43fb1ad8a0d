using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>gates.approval</c>.</summary>
internal static class ApprovalSection
{
    public static ApprovalSpec Read(SpecReader reader)
    {
        var approval = new ApprovalSpec { Required = reader.Boolean("required") ?? reader.IsObject };
        if (reader.String("deadline") is { } text)
        {
            if (DurationText.TryParse(text, out TimeSpan deadline) && deadline >= TimeSpan.FromMinutes(1) && deadline <= TimeSpan.FromDays(365))
                approval = approval with { Deadline = deadline };
            else
                reader.Fail("deadline", $"'{text}' is no deadline: write days.hours:minutes:seconds from 00:01:00 to 365.00:00:00, e.g. 2.00:00:00.");
        }

        reader.RefuseUnknown();
        return approval;
    }
}
