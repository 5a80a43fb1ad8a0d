using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Serving;

/// <summary>Reads single values for the inputs of a model, from JSON and from text, and says what is wrong with them. What every protocol shares.</summary>
internal sealed class InputCells
{
    /// <summary>Greatest number of rows in one request.</summary>
    public const int MaxRows = 100_000;

    // Short rows cost a model with many inputs as much memory as long ones: a body of "{}" must not cost gigabytes.
    private const int MaxCells = 5_000_000;

    private const string NotUnicode = "is not valid Unicode text.";

    private const double LargestExactInteger = 9_007_199_254_740_992;

    private readonly Utf8NameTable names;
    private readonly HashSet<string>?[] domains;

    public InputCells(ModelSignature signature, bool closedDomains)
    {
        Fields = [.. signature.Inputs];
        RowLimit = Limit(signature.Inputs.Count);
        names = new Utf8NameTable([.. Fields.Select(input => input.Name)]);
        domains = [.. Fields.Select(input => input.Values is null || !closedDomains ? null : new HashSet<string>(input.Values, StringComparer.Ordinal))];
    }

    public SignatureField[] Fields { get; }

    /// <summary>How many rows a request may have.</summary>
    public int RowLimit { get; }

    public static int Limit(int inputs) => Math.Clamp(MaxCells / Math.Max(1, inputs), 1, MaxRows);

    /// <summary>The input of that name, −1 when there is none.</summary>
    /// <param name="hint">The input that is tried first.</param>
    public int Find(ReadOnlySpan<byte> name, int hint) => names.Find(name, hint);

    /// <summary>The input that the string or property name at the reader names, −1 when there is none.</summary>
    public int Find(ref Utf8JsonReader reader, int hint)
    {
        if (!reader.ValueIsEscaped)
            return names.Find(reader.ValueSpan, hint);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return names.Find(buffer.AsSpan(0, reader.CopyString(buffer)), hint);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair: no column is named so.
            return -1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <exception cref="ProblemException">413: no room for so many rows.</exception>
    public void RequireRoom(int rows)
    {
        if (rows > RowLimit)
            throw new ProblemException(413, "The request has too many rows.", string.Create(CultureInfo.InvariantCulture, $"A request takes up to {RowLimit} rows of this model's {Fields.Length} inputs; send the rest in further requests, or all of them as a batch job."));
    }

    /// <summary>Tells of required inputs that the row does not name.</summary>
    public void RequireAll(RowBatch batch, int row, RowErrors errors)
    {
        for (int input = 0; input < Fields.Length; input++)
        {
            if (Fields[input].Required && batch[row, input].Kind == RowBatch.CellKind.Absent)
                errors.Add(row, Fields[input].Name, $"is missing: add it ({TypeName(Fields[input].Type)}), with null where the value is not known.");
        }
    }

    /// <summary>The value at the reader.</summary>
    public RowBatch.Cell Read(ref Utf8JsonReader reader, RowBatch batch, int row, int input, RowErrors errors)
    {
        SignatureField field = Fields[input];
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return RowBatch.Cell.Missing;
            case JsonTokenType.Number when field.Type is ColumnType.Number or ColumnType.Integer:
                if (ValueParser.TryNumber(reader.ValueSpan, out double number) && (field.Type == ColumnType.Number || IsInteger(number)))
                    return RowBatch.Cell.Number(number);
                break;
            case JsonTokenType.True or JsonTokenType.False when field.Type == ColumnType.Boolean:
                return RowBatch.Cell.Number(reader.TokenType == JsonTokenType.True ? 1 : 0);
            case JsonTokenType.String when field.Type is ColumnType.Category or ColumnType.Text or ColumnType.DateTime:
                return ReadString(ref reader, batch, row, input, errors);
        }

        errors.Add(row, field.Name, $"expected {TypeName(field.Type)}, found {Describe(ref reader)}.");
        reader.Skip();
        return RowBatch.Cell.Missing;
    }

    /// <summary>A value written as text, as in CSV: read as it was in the training data.</summary>
    public RowBatch.Cell Parse(ReadOnlySpan<byte> text, RowBatch batch, int row, int input, RowErrors errors)
    {
        SignatureField field = Fields[input];
        if (ValueParser.IsMissing(text))
            return RowBatch.Cell.Missing;
        switch (field.Type)
        {
            case ColumnType.Number when ValueParser.TryNumber(text, out double number): return RowBatch.Cell.Number(number);
            case ColumnType.Integer when ValueParser.TryInteger(text, out long whole): return RowBatch.Cell.Number(whole);
            case ColumnType.Boolean when ValueParser.TryBoolean(text, out bool flag): return RowBatch.Cell.Number(flag ? 1 : 0);
            case ColumnType.DateTime when ValueParser.TryDateTime(text, out double seconds): return RowBatch.Cell.Number(seconds);
            case ColumnType.Category or ColumnType.Text when System.Text.Unicode.Utf8.IsValid(text):
                return Store(text, batch, row, input, errors);
            case ColumnType.Category or ColumnType.Text:
                errors.Add(row, field.Name, "is not valid UTF-8.");
                return RowBatch.Cell.Missing;
        }

        errors.Add(row, field.Name, $"expected {TypeName(field.Type)}, found \"{Shorten(text)}\".");
        return RowBatch.Cell.Missing;
    }

    public static bool IsInteger(double number) => Math.Floor(number) == number && Math.Abs(number) <= LargestExactInteger;

    public static string TypeName(ColumnType type) => type switch
    {
        ColumnType.Integer => "a whole number",
        ColumnType.Number => "a number",
        ColumnType.Boolean => "true or false",
        ColumnType.DateTime => "a date or time as an ISO 8601 string",
        _ => "a string",
    };

    /// <summary>The token at the reader, for an error.</summary>
    public static string Describe(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: return "an object";
            case JsonTokenType.StartArray: return "an array";
            case JsonTokenType.Null: return "null";
        }

        string text = Shorten(reader.ValueSpan);
        return reader.TokenType == JsonTokenType.String ? $"\"{text}\"" : text;
    }

    private RowBatch.Cell ReadString(ref Utf8JsonReader reader, RowBatch batch, int row, int input, RowErrors errors)
    {
        if (!reader.ValueIsEscaped)
        {
            if (System.Text.Unicode.Utf8.IsValid(reader.ValueSpan))
                return ReadText(ref reader, reader.ValueSpan, batch, row, input, errors);
            errors.Add(row, Fields[input].Name, NotUnicode);
            return RowBatch.Cell.Missing;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return ReadText(ref reader, buffer.AsSpan(0, reader.CopyString(buffer)), batch, row, input, errors);
        }
        catch (InvalidOperationException)
        {
            errors.Add(row, Fields[input].Name, NotUnicode);
            return RowBatch.Cell.Missing;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private RowBatch.Cell ReadText(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, RowBatch batch, int row, int input, RowErrors errors)
    {
        // The same words stand for "missing" here as in the file that the model was trained on.
        if (ValueParser.IsMissing(text))
            return RowBatch.Cell.Missing;
        if (Fields[input].Type != ColumnType.DateTime)
            return Store(text, batch, row, input, errors);
        if (ValueParser.TryDateTime(text, out double seconds))
            return RowBatch.Cell.Number(seconds);
        errors.Add(row, Fields[input].Name, $"expected {TypeName(ColumnType.DateTime)}, found {Describe(ref reader)}.");
        return RowBatch.Cell.Missing;
    }

    private RowBatch.Cell Store(ReadOnlySpan<byte> text, RowBatch batch, int row, int input, RowErrors errors)
    {
        if (domains[input] is { } domain && !domain.Contains(Encoding.UTF8.GetString(text)))
        {
            IReadOnlyList<string> allowed = Fields[input].Values!;
            errors.Add(row, Fields[input].Name, $"\"{Shorten(text)}\" is none of its allowed values: {string.Join(", ", allowed.Take(20))}{(allowed.Count > 20 ? ", …" : "")}.");
        }

        return batch.StoreText(text);
    }

    private static string Shorten(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(60, text.Length)]) + (text.Length > 60 ? "…" : "");
}
