using System.Text.Json;
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
    public const int MaxRows = InputCells.MaxRows;

    internal static readonly JsonReaderOptions Options = new() { MaxDepth = 32, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    /// <param name="closedDomains">Whether a category outside a closed domain is an error. Training tolerates a few such values and scores them as any other.</param>
    public JsonRowReader(ModelSignature signature, bool closedDomains = true)
        : this(new InputCells(signature, closedDomains))
    {
    }

    internal JsonRowReader(InputCells cells) => Cells = cells;

    internal InputCells Cells { get; }

    /// <summary>How many rows a request may have for a model with these inputs.</summary>
    internal static int RowLimit(ModelSignature signature) => InputCells.Limit(signature.Inputs.Count);

    /// <exception cref="ProblemException">413: too many rows; 400: not valid JSON, not rows, or rows that do not fit the signature; every fault is listed with row and column.</exception>
    public RowBatch Read(ReadOnlySpan<byte> json)
    {
        var batch = new RowBatch(Cells.Fields.Length);
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

    /// <summary>Reads an array of objects, from its start to its end.</summary>
    internal void ReadRows(ref Utf8JsonReader reader, RowBatch batch, RowErrors errors)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Cells.RequireRoom(batch.RowCount + 1);
            ReadRow(ref reader, batch, errors);
        }
    }

    /// <summary>Reads one object as the next row.</summary>
    internal void ReadRow(ref Utf8JsonReader reader, RowBatch batch, RowErrors errors)
    {
        int row = batch.RowCount;
        batch.AddRows(1);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            errors.Add(row, null, $"expected an object {{\"column\": value, …}}, found {InputCells.Describe(ref reader)}.");
            reader.Skip();
            return;
        }

        int next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int input = Cells.Find(ref reader, next);
            reader.Read();
            if (input < 0)
            {
                reader.Skip();
                continue;
            }

            next = input + 1;
            if (batch[row, input].Kind != RowBatch.CellKind.Absent)
                errors.Add(row, Cells.Fields[input].Name, "is given twice; send it once.");
            batch[row, input] = Cells.Read(ref reader, batch, row, input, errors);
        }

        Cells.RequireAll(batch, row, errors);
    }
}
