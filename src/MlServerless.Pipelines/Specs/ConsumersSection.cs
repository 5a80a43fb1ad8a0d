using System.Globalization;
using System.Text.Json;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads the section <c>consumers</c>.</summary>
internal static class ConsumersSection
{
    private const int MaxConsumers = 64;

    public static IReadOnlyList<ConsumerSpec> Read(SpecReader parent, List<ProblemDetail> errors)
    {
        if (parent.Find("consumers") is not { } array)
            return [];
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MaxConsumers)
        {
            parent.Fail("consumers", $"expected an array of up to {MaxConsumers} consumers, e.g. [{{\"name\":\"billing\",\"contact\":\"billing@example.com\"}}].");
            return [];
        }

        var consumers = new List<ConsumerSpec>();
        foreach ((int index, JsonElement item) in array.EnumerateArray().Index())
        {
            var reader = new SpecReader(item, string.Create(CultureInfo.InvariantCulture, $"$.consumers[{index}]"), errors);
            if (!reader.IsObject)
            {
                reader.Fail(null, $"expected an object, found {SpecReader.Describe(item)}.");
                continue;
            }

            string name = reader.RequiredString("name", "the consumer's name");
            if (name.Length > 0 && consumers.Any(other => other.Name == name))
                reader.Fail("name", $"two consumers are named '{name}'; remove one.");
            consumers.Add(new ConsumerSpec(name, reader.String("contact")));
            reader.RefuseUnknown();
        }

        return consumers;
    }
}
