using MlServerless.Data;

namespace MlServerless.Learning;

/// <summary>What a model takes.</summary>
/// <param name="Label">Name of the column that is predicted.</param>
/// <param name="Inputs">The inputs; their positions are the indices of <see cref="FeatureRow"/>.</param>
/// <param name="SchemaHash">Hash of the schema that the training data was read with.</param>
public sealed record ModelSignature(string Label, IReadOnlyList<SignatureField> Inputs, ContentHash SchemaHash)
{
    /// <summary>The position of the input of that name (ordinal), −1 when there is none.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Inputs.Count; i++)
            if (Inputs[i].Name == name)
                return i;
        return -1;
    }
}
