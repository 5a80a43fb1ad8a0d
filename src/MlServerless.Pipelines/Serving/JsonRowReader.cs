using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Serving;

/// <summary>
/// Reads prediction requests: one object, or an array of objects, each with a value per column of the model's signature. Unknown columns are ignored;
/// a required column that is absent, a value of a wrong type and a category outside a closed domain are errors; null is a missing value.
/// </summary>
public sealed class JsonRowReader
{
    /// <summary>Greatest number of rows in one request.</summary>
    public const int MaxRows = 100_000;

    // Short rows cost a model with many inputs as much memory as long ones: a body of "{}" must not cost gigabytes.
    private const int MaxCells = 5_000_000;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    private readonly IReadOnlyList<SignatureField> inputs;
    private readonly int rowLimit;
    private readonly Utf8NameTable names;
    private readonly HashSet<string>?[] domains;

    /// <param name="closedDomains">Whether a category outside a closed domain is an error. Training tolerates a few such values and scores them as any other.</param>
    public JsonRowReader(ModelSignature signature, bool closedDomains = true)
    {
        inputs = signature.Inputs;
        rowLimit = RowLimit(signature);
        names = new Utf8NameTable([.. inputs.Select(input => input.Name)]);
        domains = [.. inputs.Select(input => input.Values is null || !closedDomains ? null : new HashSet<string>(input.Values, StringComparer.Ordinal))];
    }

    /// <summary>How many rows a request may have for a model with these inputs.</summary>
    internal static int RowLimit(ModelSignature signature) => Math.Clamp(MaxCells / Math.Max(1, signature.Inputs.Count), 1, MaxRows);

    /// <exception cref="ProblemException">413: too many rows; 400: not valid JSON, not rows, or rows that do not fit the signature; every fault is listed with row and column.</exception>
    public RowBatch Read(ReadOnlySpan<byte> json)
    {
        var batch = new RowBatch(inputs.Count);
        var errors = new RowErrors();
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            if (!reader.Read())
                throw new JsonException("The body is empty.");
            if (reader.TokenType == JsonTokenType.StartArray)
                ReadRows(ref reader, batch, errors);
            else
                ReadRow(ref reader, batch, errors);
            if (reader.Read())
                throw new JsonException("There is more behind the rows.");
        }
        catch (JsonException exception)
        {
            throw ProblemException.BadRequest("The body is not valid JSON.", JsonFault.Describe(exception) + " Send one object {\"column\": value, …} or an array of such objects.");
        }

        errors.ThrowIfAny();
        return batch.RowCount > 0 ? batch : throw ProblemException.BadRequest("The body holds no row.", "Send at least one object {\"column\": value, …}.");
    }

    private void ReadRows(ref Utf8JsonReader reader, RowBatch batch, RowErrors errors)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (batch.RowCount == rowLimit)
                throw new ProblemException(413, "The request has too many rows.", string.Create(CultureInfo.InvariantCulture, $"A request takes up to {rowLimit} rows of this model's {inputs.Count} inputs; send the rest in further requests."));
            ReadRow(ref reader, batch, errors);
        }
    }

    private void ReadRow(ref Utf8JsonReader reader, RowBatch batch, RowErrors errors)
    {
        int row = batch.RowCount;
        batch.AddRow();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            errors.Add(row, null, $"expected an object {{\"column\": value, …}}, found {Describe(ref reader)}.");
            reader.Skip();
            return;
        }

        int next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int input = FindInput(ref reader, next);
            reader.Read();
            if (input < 0)
            {
                reader.Skip();
                continue;
            }

            next = input + 1;
            ref RowBatch.Cell cell = ref batch.LastRow(input);
            if (cell.Kind != RowBatch.CellKind.Absent)
                errors.Add(row, inputs[input].Name, "is given twice; send it once.");
            cell = ReadValue(ref reader, batch, row, input, errors);
        }

        for (int input = 0; input < inputs.Count; input++)
        {
            if (batch.LastRow(input).Kind == RowBatch.CellKind.Absent && inputs[input].Required)
                errors.Add(row, inputs[input].Name, $"is missing: add it ({TypeName(inputs[input].Type)}), with null where the value is not known.");
        }
    }

    private int FindInput(ref Utf8JsonReader reader, int hint)
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

    private RowBatch.Cell ReadValue(ref Utf8JsonReader reader, RowBatch batch, int row, int input, RowErrors errors)
    {
        SignatureField field = inputs[input];
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return RowBatch.Cell.Missing;
            case JsonTokenType.Number when field.Type is ColumnType.Number or ColumnType.Integer:
                if (reader.TryGetDouble(out double number) && double.IsFinite(number) && (field.Type == ColumnType.Number || IsInteger(number)))
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

    private RowBatch.Cell ReadString(ref Utf8JsonReader reader, RowBatch batch, int row, int input, RowErrors errors)
    {
        SignatureField field = inputs[input];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, reader.ValueSpan.Length));
        try
        {
            int length;
            try
            {
                length = reader.CopyString(buffer);
            }
            catch (InvalidOperationException)
            {
                errors.Add(row, field.Name, "is not valid Unicode text.");
                return RowBatch.Cell.Missing;
            }

            ReadOnlySpan<byte> text = buffer.AsSpan(0, length);

            // The same words stand for "missing" here as in the file that the model was trained on.
            if (ValueParser.IsMissing(text))
                return RowBatch.Cell.Missing;
            if (field.Type == ColumnType.DateTime)
            {
                if (ValueParser.TryDateTime(text, out double seconds))
                    return RowBatch.Cell.Number(seconds);
                errors.Add(row, field.Name, $"expected {TypeName(field.Type)}, found {Describe(ref reader)}.");
                return RowBatch.Cell.Missing;
            }

            if (domains[input] is { } domain && !domain.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Encoding.UTF8.GetString(text)))
                errors.Add(row, field.Name, $"{Describe(ref reader)} is none of its allowed values: {string.Join(", ", field.Values!.Take(20))}{(field.Values!.Count > 20 ? ", …" : "")}.");
            return batch.StoreText(text);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsInteger(double number) => Math.Floor(number) == number && Math.Abs(number) <= 9_007_199_254_740_992;

    private static string TypeName(ColumnType type) => type switch
    {
        ColumnType.Integer => "a whole number",
        ColumnType.Number => "a number",
        ColumnType.Boolean => "true or false",
        ColumnType.DateTime => "a date or time as an ISO 8601 string",
        _ => "a string",
    };

    private static string Describe(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: return "an object";
            case JsonTokenType.StartArray: return "an array";
            case JsonTokenType.Null: return "null";
        }

        string text = Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(60, reader.ValueSpan.Length)]);
        text = reader.ValueSpan.Length > 60 ? text + "…" : text;
        return reader.TokenType == JsonTokenType.String ? $"\"{text}\"" : text;
    }
}
