using System.Text.Json;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>
/// Reads the JSON forms in which MLflow's scoring server and the V1 inference protocol take rows: <c>dataframe_split</c>, <c>dataframe_records</c>,
/// <c>instances</c> (objects, or lists of values in the order of the signature) and <c>inputs</c> (a list per column, or like <c>instances</c>).
/// </summary>
internal sealed class JsonTableReader(JsonRowReader rows)
{
    private readonly InputCells cells = rows.Cells;

    /// <param name="forms">The forms that are taken; exactly one of them must be there.</param>
    /// <param name="others">Members that may stand beside it and say nothing of the rows.</param>
    /// <exception cref="ProblemException">413: too many rows; 400: not valid JSON, not one of the forms, or rows that do not fit the signature.</exception>
    public RowBatch Read(ReadOnlySpan<byte> json, ReadOnlySpan<string> forms, ReadOnlySpan<string> others)
    {
        var batch = new RowBatch(cells.Fields.Length);
        var errors = new RowErrors();
        string? found = null;
        string known = string.Join(", ", forms.ToArray());
        try
        {
            var reader = new Utf8JsonReader(json, JsonRowReader.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw ProblemException.BadRequest("The body is not a JSON object.", $"Send an object with one of: {known}.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = Text(ref reader);
                reader.Read();
                if (!forms.Contains(name))
                {
                    if (!others.Contains(name))
                        throw ProblemException.BadRequest($"'{Shorten(name)}' is not a field of this request.", $"Send an object with one of: {known}.");
                    reader.Skip();
                    continue;
                }

                if (found is not null)
                    throw ProblemException.BadRequest($"The body has both '{found}' and '{name}'.", $"Send exactly one of: {known}.");
                found = name;
                Read(ref reader, name, batch, errors);
            }

            if (reader.Read())
                throw new JsonException("There is more behind the object.");
        }
        catch (JsonException exception)
        {
            throw ProblemException.BadRequest("The body is not valid JSON.", $"{JsonFault.Describe(exception)} Send an object with one of: {known}.");
        }

        if (found is null)
            throw ProblemException.BadRequest("The body names no rows.", $"Send an object with one of: {known}.");
        errors.ThrowIfAny();
        return batch.RowCount > 0 ? batch : throw ProblemException.BadRequest("The body holds no row.", $"'{found}' is empty; send at least one row.");
    }

    private void Read(ref Utf8JsonReader reader, string form, RowBatch batch, RowErrors errors)
    {
        switch (form)
        {
            case "dataframe_split" when reader.TokenType == JsonTokenType.StartObject:
                ReadSplit(ref reader, batch, errors);
                break;
            case "dataframe_records" when reader.TokenType == JsonTokenType.StartArray:
                rows.ReadRows(ref reader, batch, errors);
                break;
            case "inputs" when reader.TokenType == JsonTokenType.StartObject:
                ReadColumns(ref reader, batch, errors);
                break;
            case "instances" or "inputs" when reader.TokenType == JsonTokenType.StartArray:
                ReadInstances(ref reader, batch, errors);
                break;
            default:
                string expected = form == "dataframe_split" ? "an object {\"columns\": […], \"data\": [[…], …]}" : form == "inputs" ? "an object {\"column\": […], …} or an array of rows" : "an array of rows";
                throw ProblemException.BadRequest($"'{form}' is not what it should be.", $"Expected {expected}, found {InputCells.Describe(ref reader)}.");
        }
    }

    private void ReadInstances(ref Utf8JsonReader reader, RowBatch batch, RowErrors errors)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            cells.RequireRoom(batch.RowCount + 1);
            if (reader.TokenType == JsonTokenType.StartArray || cells.Fields.Length == 1 && reader.TokenType != JsonTokenType.StartObject)
                ReadList(ref reader, null, batch, errors);
            else
                rows.ReadRow(ref reader, batch, errors);
        }
    }

    private void ReadSplit(ref Utf8JsonReader reader, RowBatch batch, RowErrors errors)
    {
        // The members may come in any order: the data are read once the columns are known.
        int[]? columns = null;
        Utf8JsonReader data = default;
        bool hasData = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string member = Text(ref reader);
            bool isColumns = member == "columns";
            bool isData = member == "data";
            reader.Read();
            if (isColumns && reader.TokenType == JsonTokenType.StartArray)
            {
                columns = ReadNames(ref reader);
                continue;
            }

            if (isData && reader.TokenType == JsonTokenType.StartArray)
            {
                data = reader;
                hasData = true;
            }

            reader.Skip();
        }

        if (columns is null || !hasData)
            throw ProblemException.BadRequest("'dataframe_split' is not complete.", "Send {\"columns\": [names], \"data\": [[values of a row], …]}.");
        while (data.Read() && data.TokenType != JsonTokenType.EndArray)
        {
            cells.RequireRoom(batch.RowCount + 1);
            ReadList(ref data, columns, batch, errors);
        }
    }

    private int[] ReadNames(ref Utf8JsonReader reader)
    {
        var columns = new List<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw ProblemException.BadRequest("A name in 'columns' is not a string.", $"Column {columns.Count} is {InputCells.Describe(ref reader)}.");
            int input = cells.Find(ref reader, columns.Count);
            if (input >= 0 && columns.Contains(input))
                throw ProblemException.BadRequest($"The column '{cells.Fields[input].Name}' is given twice.", "Name each column once.");
            columns.Add(input);
        }

        return [.. columns];
    }

    /// <summary>Reads the values of one row.</summary>
    /// <param name="columns">The input of every value, −1 for none; null for the order of the signature.</param>
    private void ReadList(ref Utf8JsonReader reader, int[]? columns, RowBatch batch, RowErrors errors)
    {
        int row = batch.RowCount;
        int expected = columns?.Length ?? cells.Fields.Length;
        batch.AddRows(1);
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            if (columns is null && expected == 1)
            {
                batch[row, 0] = cells.Read(ref reader, batch, row, 0, errors);
                return;
            }

            errors.Add(row, null, $"expected a list of {expected} values, found {InputCells.Describe(ref reader)}.");
            reader.Skip();
            return;
        }

        int count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            int input = count >= expected ? -1 : columns is null ? count : columns[count];
            if (input >= 0)
                batch[row, input] = cells.Read(ref reader, batch, row, input, errors);
            else
                reader.Skip();
        }

        if (count != expected)
            errors.Add(row, null, $"has {count} values and should have {expected}.");
        else
            cells.RequireAll(batch, row, errors);
    }

    private void ReadColumns(ref Utf8JsonReader reader, RowBatch batch, RowErrors errors)
    {
        int first = -1;
        bool[] seen = new bool[cells.Fields.Length];
        int hint = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int input = cells.Find(ref reader, hint);
            string name = Text(ref reader);
            hint = input + 1;
            reader.Read();
            int length = Length(reader);
            if (first < 0)
            {
                cells.RequireRoom(length);
                batch.AddRows(length);
                first = length;
            }
            else if (length != first)
            {
                throw ProblemException.BadRequest("The columns in 'inputs' are not equally long.", $"'{Shorten(name)}' has {length} values, the first column has {first}.");
            }

            if (input >= 0 && seen[input])
                throw ProblemException.BadRequest($"The column '{name}' is given twice.", "Name each column once.");
            if (input < 0)
            {
                reader.Skip();
                continue;
            }

            seen[input] = true;
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                batch[0, input] = cells.Read(ref reader, batch, 0, input, errors);
                continue;
            }

            for (int row = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; row++)
                batch[row, input] = cells.Read(ref reader, batch, row, input, errors);
        }

        for (int row = 0; row < batch.RowCount; row++)
            cells.RequireAll(batch, row, errors);
    }

    /// <summary>How many values the array at the reader has; 1 for a single value.</summary>
    private static int Length(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return 1;
        int length = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; length++)
            reader.Skip();
        return length;
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("A name is not valid Unicode text.");
        }
    }

    private static string Shorten(string name) => name.Length > 60 ? name[..60] + "…" : name;
}
