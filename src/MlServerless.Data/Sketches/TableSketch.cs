using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>
/// The distributions of some columns of a table, or of a model's predictions: what drift is computed from. Mergeable
/// in any order to the same canonical bytes. Not safe for use from several threads at once.
/// </summary>
[JsonConverter(typeof(TableSketchConverter))]
public sealed class TableSketch
{
    private readonly Dictionary<string, ColumnSketch> byName;

    private TableSketch(IReadOnlyList<ColumnSketch> columns)
    {
        Columns = columns;
        byName = new Dictionary<string, ColumnSketch>(columns.Count, StringComparer.Ordinal);
        foreach (ColumnSketch column in columns)
        {
            if (!byName.TryAdd(column.Name, column))
                throw new ArgumentException($"The column '{column.Name}' occurs twice.", nameof(columns));
        }
    }

    public IReadOnlyList<ColumnSketch> Columns { get; }

    /// <summary>The number of rows counted; where columns were fed unequally, that of the fullest.</summary>
    public long Rows => Columns.Count == 0 ? 0 : Columns.Max(column => column.Rows);

    /// <summary>The sketch of that column.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public ColumnSketch this[string name] =>
        byName.TryGetValue(name, out ColumnSketch? column)
            ? column
            : throw new KeyNotFoundException($"There is no sketch of a column '{name}'.");

    /// <summary>The sketch of that column, or null.</summary>
    public ColumnSketch? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>An empty sketch.</summary>
    /// <exception cref="ArgumentException">A name occurs twice or a column is ignored.</exception>
    public static TableSketch For(IEnumerable<(string Name, ColumnType Type)> columns) =>
        new([.. columns.Select(column => new ColumnSketch(column.Name, column.Type))]);

    /// <summary>The sketch of the named columns of a table.</summary>
    /// <param name="threads">Threads at most; each takes whole columns.</param>
    /// <exception cref="KeyNotFoundException">The table lacks one.</exception>
    public static TableSketch Of(Table table, IEnumerable<string> columns, int threads = 1)
    {
        TableSketch sketch = For(columns.Select(name => (name, table[name].Type)));
        Parallel.ForEach(sketch.Columns, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads) }, column => column.Add(table[column.Name]));
        return sketch;
    }

    /// <summary>Some of the columns; their counts are shared, not copied.</summary>
    public TableSketch Where(Func<ColumnSketch, bool> chosen) => new([.. Columns.Where(chosen)]);

    /// <summary>
    /// The sketch of a scanned data version, equal to that of its table: of its numbers, dates and categories of up to 1024 different values. Texts and
    /// categories of more values are left out, for a scan keeps only a sample of them.
    /// </summary>
    public static TableSketch Of(PartScan scan, DataSchema schema)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(schema);
        var columns = new List<ColumnSketch>();
        foreach (ColumnScan column in scan.Columns)
        {
            if (schema.Find(column.Name)?.Type is not { } type || !ColumnSketch.CanTake(column, type))
                continue;
            var sketch = new ColumnSketch(column.Name, type);
            sketch.Add(column, scan.KeptRows);
            columns.Add(sketch);
        }

        return new TableSketch(columns);
    }

    /// <summary>Adds the counts of another sketch of the same columns.</summary>
    /// <exception cref="ArgumentException">The columns or their types differ; nothing was added.</exception>
    public void Merge(TableSketch other)
    {
        if (!Columns.Select(column => (column.Name, column.Type)).SequenceEqual(other.Columns.Select(column => (column.Name, column.Type))))
            throw new ArgumentException("Sketches of different columns or types cannot be merged.", nameof(other));
        for (int i = 0; i < Columns.Count; i++)
            Columns[i].Merge(other.Columns[i]);
    }

    public TableSketch Clone()
    {
        TableSketch clone = For(Columns.Select(column => (column.Name, column.Type)));
        clone.Merge(this);
        return clone;
    }

    public byte[] ToCanonicalJson() => CanonicalJson.Serialize(ToDocument(), SketchJsonContext.Default.TableSketchDocument);

    /// <summary>Reads what <see cref="ToCanonicalJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static TableSketch Parse(ReadOnlySpan<byte> utf8Json) =>
        Read(JsonSerializer.Deserialize(utf8Json, SketchJsonContext.Default.TableSketchDocument));

    internal TableSketchDocument ToDocument() => new([.. Columns.Select(column => column.ToDocument())]);

    internal static TableSketch Read(TableSketchDocument? document)
    {
        if (document is null || document.Columns.Any(column => column is null))
            throw new JsonException("A sketch is an object with the member 'columns'.");
        if (document.Columns.Select(column => column.Name).Distinct(StringComparer.Ordinal).Count() != document.Columns.Count)
            throw new JsonException("A column is sketched twice.");
        return new TableSketch([.. document.Columns.Select(ColumnSketch.Read)]);
    }
}
