namespace MlServerless.Pipelines.Specs;

/// <summary>Reads the section <c>problem</c>.</summary>
internal static class ProblemSection
{
    private const int MaxText = 4000;

    public static ProblemSpec? Read(SpecReader parent)
    {
        if (parent.Find("problem") is null)
            return null;
        SpecReader reader = parent.Object("problem");
        if (!reader.IsObject)
            return null;
        var problem = new ProblemSpec
        {
            IntendedUse = reader.String("intendedUse", MaxText),
            NotFor = reader.String("notFor", MaxText),
            Target = reader.String("target", MaxText),
            CostOfErrors = ReadCosts(reader),
            Limits = reader.String("limits", MaxText),
            Owner = reader.String("owner"),
            Approver = reader.String("approver"),
            Contact = reader.String("contact"),
        };
        reader.RefuseUnknown();
        return problem;
    }

    private static ErrorCostSpec? ReadCosts(SpecReader parent)
    {
        if (parent.Find("costOfErrors") is null)
            return null;
        SpecReader reader = parent.Object("costOfErrors");
        if (!reader.IsObject)
            return null;
        var costs = new ErrorCostSpec(reader.Number("falsePositive", 0, 1e12), reader.Number("falseNegative", 0, 1e12), reader.String("unit", 40), reader.String("note", MaxText));
        if (costs.FalsePositive is null != costs.FalseNegative is null)
            reader.Fail(costs.FalsePositive is null ? "falsePositive" : "falseNegative", "is missing: a cost has a meaning beside the other only. Add it, or describe both in note.");
        reader.RefuseUnknown();
        return costs;
    }
}
