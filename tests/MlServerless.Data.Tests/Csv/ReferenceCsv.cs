namespace MlServerless.Data.Tests.Csv;

/// <summary>The rules of the reader, byte by byte and as simply as they can be written.</summary>
internal static class ReferenceCsv
{
    internal sealed record Row(IReadOnlyList<byte[]> Fields, bool Malformed, bool Unterminated, int Next);

    internal static List<Row> Read(byte[] data, byte delimiter, bool keepBlank = false)
    {
        var rows = new List<Row>();
        int i = 0;
        while (i < data.Length)
        {
            int start = i;
            Row row = ReadRow(data, delimiter, ref i);
            bool blank = data[start] is (byte)'\r' or (byte)'\n';
            if (!blank || keepBlank)
                rows.Add(row);
        }

        return rows;
    }

    private static Row ReadRow(byte[] data, byte delimiter, ref int i)
    {
        var fields = new List<byte[]>();
        bool malformed = false;
        while (true)
        {
            var field = new List<byte>();
            bool quoted = i < data.Length && data[i] == '"';
            if (quoted)
            {
                i++;
                while (true)
                {
                    if (i == data.Length)
                    {
                        fields.Add([.. field]);
                        return new Row(fields, malformed, true, i);
                    }

                    if (data[i] == '"' && i + 1 < data.Length && data[i + 1] == '"')
                    {
                        field.Add((byte)'"');
                        i += 2;
                    }
                    else if (data[i] == '"')
                    {
                        i++;
                        break;
                    }
                    else
                    {
                        field.Add(data[i++]);
                    }
                }
            }

            while (i < data.Length && data[i] != delimiter && data[i] != '\r' && data[i] != '\n')
            {
                malformed |= quoted;
                field.Add(data[i++]);
            }

            fields.Add([.. field]);
            if (i == data.Length)
                return new Row(fields, malformed, false, i);
            byte end = data[i++];
            if (end == delimiter)
                continue;
            if (end == '\r' && i < data.Length && data[i] == '\n')
                i++;
            return new Row(fields, malformed, false, i);
        }
    }
}
