using System.Text;
using MlServerless.Data;

namespace MlServerless.Learning.Tests.Support;

internal static class RowFilling
{
    /// <summary>Sets the inputs of a row from a row of a table.</summary>
    public static void Fill(this FeatureRow row, ModelSignature signature, Table table, int position)
    {
        row.Clear();
        for (int input = 0; input < signature.Inputs.Count; input++)
        {
            switch (table[signature.Inputs[input].Name])
            {
                case NumericColumn numbers:
                    row.SetNumber(input, numbers.Values[position]);
                    break;
                case CategoryColumn categories when categories.Codes[position] >= 0:
                    row.SetCategory(input, Encoding.UTF8.GetBytes(categories.Vocabulary[categories.Codes[position]]));
                    break;
            }
        }
    }
}
