using System.Globalization;
using MlServerless.Data;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>Reads rows from CSV with a header, delimited by commas. An empty field and the words for "missing" are missing values; columns that the model does not know are ignored.</summary>
internal sealed class CsvTableReader(InputCells cells)
{
    /// <exception cref="ProblemException">413: too many rows; 400: not CSV, or rows that do not fit the signature.</exception>
    public RowBatch Read(ReadOnlySpan<byte> csv)
    {
        var reader = new CsvRowReader(csv, ',');
        if (!reader.Read())
            throw ProblemException.BadRequest("The body is empty.", "Send CSV: a header with the names of the columns, and a row for each prediction.");
        int[] columns = ReadHeader(reader);
        var batch = new RowBatch(cells.Fields.Length);
        var errors = new RowErrors();
        while (reader.Read())
        {
            cells.RequireRoom(batch.RowCount + 1);
            ReadRow(reader, columns, batch, errors);
        }

        errors.ThrowIfAny();
        return batch.RowCount > 0 ? batch : throw ProblemException.BadRequest("The body holds no row.", "Below the header there must be at least one row.");
    }

    /// <summary>The input of every column, −1 for one that the model does not know.</summary>
    public int[] ReadHeader(CsvRowReader header)
    {
        if (header.FieldCount > DataFormat.MaxColumns)
            throw ProblemException.BadRequest("The header has too many columns.", string.Create(CultureInfo.InvariantCulture, $"At the most {DataFormat.MaxColumns} are read."));
        if (header.Fault is { } fault)
            throw ProblemException.BadRequest("The header is not valid CSV.", $"In it {fault}.");
        int[] columns = new int[header.FieldCount];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = cells.Find(header[i], i);
            if (columns[i] >= 0 && columns.AsSpan(0, i).Contains(columns[i]))
                throw ProblemException.BadRequest($"The column '{cells.Fields[columns[i]].Name}' is given twice.", "Name each column once in the header.");
        }

        string[] missing = [.. cells.Fields.Where((field, input) => field.Required && !columns.Contains(input)).Select(field => field.Name)];
        return missing.Length == 0
            ? columns
            : throw ProblemException.BadRequest(
                "Columns are missing from the header.",
                "Add each one listed; leave its fields empty where a value is not known.",
                [.. missing.Select(name => new ProblemDetail($"$['{name}']", "is missing from the header."))]);
    }

    /// <summary>Reads one row as the next of the batch.</summary>
    public void ReadRow(CsvRowReader reader, int[] columns, RowBatch batch, RowErrors errors)
    {
        int row = batch.RowCount;
        batch.AddRows(1);
        if (reader.Fault is { } fault)
        {
            errors.Add(row, null, $"is not valid CSV: {fault}.");
            return;
        }

        if (reader.FieldCount != columns.Length)
        {
            errors.Add(row, null, string.Create(CultureInfo.InvariantCulture, $"has {reader.FieldCount} fields and the header {columns.Length}."));
            return;
        }

        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i] >= 0)
                batch[row, columns[i]] = cells.Parse(reader[i], batch, row, columns[i], errors);
        }
    }
}
