using MlServerless.Data;

namespace MlServerless.Learning.Preprocessing;

/// <summary>
/// Turns one input column into slots. One implementation serves training, evaluation and prediction: tables are read through
/// <see cref="Bind"/>, single values are set through <see cref="SetNumber"/> and <see cref="SetText"/>, and both end in the same code.
/// </summary>
internal abstract class InputEncoder(string name, ColumnType type, IReadOnlyList<Slot> slots)
{
    public string Name { get; } = name;

    public ColumnType Type { get; } = type;

    public IReadOnlyList<Slot> Slots { get; } = slots;

    /// <summary>The name of the treatment in the artifact.</summary>
    public abstract string Kind { get; }

    /// <summary>Writes the slots of a number; NaN is missing.</summary>
    /// <param name="slots">Slot s is at s × stride.</param>
    public virtual void SetNumber(double value, Span<double> slots, int stride) =>
        throw new ArgumentException($"The input '{Name}' is of type {Type} and takes text, not a number.");

    /// <summary>Writes the slots of a text; returns whether the training part held the value.</summary>
    /// <param name="slots">Slot s is at s × stride.</param>
    public virtual bool SetText(ReadOnlySpan<byte> utf8, Span<double> slots, int stride) =>
        throw new ArgumentException($"The input '{Name}' is of type {Type} and takes a number, not text.");

    /// <summary>Writes the slots of a missing value.</summary>
    public virtual void SetMissing(Span<double> slots, int stride)
    {
        for (int s = 0; s < Slots.Count; s++)
            slots[s * stride] = Slots[s].IsCategory ? Buckets.Missing : double.NaN;
    }

    /// <summary>A reader of the column's rows.</summary>
    /// <exception cref="ArgumentException">The column's kind of values is not that of the input.</exception>
    public abstract ColumnReader Bind(Column column);

    /// <summary>The encoder as it is kept in the artifact.</summary>
    public virtual InputDocument Describe() => new() { Name = Name, Type = Type, Kind = Kind };

    protected T Expect<T>(Column column)
        where T : Column =>
        column as T ?? throw new ArgumentException(
            $"The column '{Name}' is of type {column.Type}; the model takes {Type}. Read the data with the model's schema.");
}
