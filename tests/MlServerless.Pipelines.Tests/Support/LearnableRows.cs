using System.Globalization;
using System.Text;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>Rows from which a label can be learnt.</summary>
internal static class LearnableRows
{
    public static string Of(int seed, int count = 300)
    {
        var csv = new StringBuilder("id,x,c,y\n");
        for (int row = 0; row < count; row++)
        {
            int x = ((row * 37) + (seed * 11)) % 101;
            string label = x + (row % 3 * 10) + ((row * 13) % 17) > 60 ? "yes" : "no";
            csv.Append(CultureInfo.InvariantCulture, $"{(seed * 100_000) + row},{x},{"abc"[row % 3]},{label}\n");
        }

        return csv.ToString();
    }
}
