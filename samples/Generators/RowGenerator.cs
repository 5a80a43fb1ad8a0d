namespace MlServerless.Samples;

/// <summary>Makes the rows of one sample.</summary>
internal abstract class RowGenerator
{
    public abstract string Name { get; }

    public abstract IReadOnlyList<string> Columns { get; }

    public abstract string Label { get; }

    public abstract string Key { get; }

    /// <summary>First day of the month with index 0.</summary>
    public abstract DateOnly FirstMonth { get; }

    /// <summary>Writes one row: as many fields as there are columns, in their order.</summary>
    public abstract void Write(Dice dice, RowPlace place, IRowWriter writer);
}
