using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>
/// An inference request of the Open Inference Protocol, version 2 over HTTP (https://github.com/open-inference/open-inference-protocol): one input tensor
/// per column with shape <c>[n]</c> or <c>[n, 1]</c>; null is a missing value in floating-point tensors only, the empty string in BYTES.
/// </summary>
public sealed class InferRequest : PredictionRequest
{
    /// <summary>The output with the signed contributions of the inputs, which is computed on demand.</summary>
    public const string Contributions = "contributions";

    /// <summary>The output with the ids of the predictions, by which feedback names them.</summary>
    public const string Id = "prediction_id";

    private string? id;
    private List<string>? outputs;

    /// <summary>What the contributions of a row start from.</summary>
    public const string Base = "base_value";

    /// <summary>Base value and contributions together: log-odds, or the value.</summary>
    public const string Raw = "raw_score";

    private static readonly string[] OnDemand = [Contributions, Base, Raw];

    internal override bool WantsContributions => outputs?.Exists(OnDemand.Contains) == true;

    internal override RowBatch Read(ServedModel model, ReadOnlySpan<byte> body)
    {
        try
        {
            return ReadBody(model, body);
        }
        catch (JsonException exception)
        {
            throw ProblemException.BadRequest("The body is not valid JSON.", JsonFault.Describe(exception) + " Send {\"inputs\": [{\"name\", \"shape\", \"datatype\", \"data\"}, …]}.");
        }
    }

    /// <summary>Names of the outputs of a model, those first that are there unless others are asked for.</summary>
    internal static IReadOnlyList<string> OutputNames(ServedModel model) => model.Artifact.Task switch
    {
        LearningTask.Regression => ["value", Id],
        LearningTask.Binary => ["label", "probability", Id],
        _ => ["label", "probability", "probabilities", Id],
    };

    internal static string Datatype(string output) => output is "label" or Id ? TensorTypes.Text : TensorTypes.Float;

    private RowBatch ReadBody(ServedModel model, ReadOnlySpan<byte> body)
    {
        RowBatch? batch = null;
        var errors = new RowErrors();
        var reader = new Utf8JsonReader(body, JsonRowReader.Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("The body is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string member = Name(ref reader);
            reader.Read();
            switch (member)
            {
                case "id" when reader.TokenType == JsonTokenType.String:
                    id = Name(ref reader);
                    break;
                case "parameters" when reader.TokenType == JsonTokenType.StartObject:
                    reader.Skip();
                    break;
                case "inputs" when reader.TokenType == JsonTokenType.StartArray && batch is null:
                    batch = ReadInputs(ref reader, model.Rows.Cells, errors);
                    break;
                case "outputs" when reader.TokenType == JsonTokenType.StartArray:
                    ReadOutputs(ref reader, model);
                    break;
                default:
                    throw ProblemException.BadRequest($"'{member}' is not what it should be.", $"A request has id (string), parameters (object), inputs and outputs (arrays), each once; here it is {InputCells.Describe(ref reader)}.");
            }
        }

        if (reader.Read())
            throw new JsonException("There is more behind the object.");
        if (batch is null)
            throw ProblemException.BadRequest("There are no inputs.", "Send {\"inputs\": [{\"name\", \"shape\", \"datatype\", \"data\"}, …]}, one for each column.");
        for (int row = 0; row < batch.RowCount; row++)
            model.Rows.Cells.RequireAll(batch, row, errors);
        errors.ThrowIfAny();
        return batch;
    }

    private static RowBatch ReadInputs(ref Utf8JsonReader reader, InputCells cells, RowErrors errors)
    {
        var batch = new RowBatch(cells.Fields.Length);
        bool[] seen = new bool[cells.Fields.Length];
        int rows = -1;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw ProblemException.BadRequest("An input is not an object.", "Each input is {\"name\", \"shape\", \"datatype\", \"data\"}.");
            Tensor tensor = ReadTensor(ref reader);
            if (rows < 0)
            {
                rows = tensor.Rows;
                cells.RequireRoom(rows);
                batch.AddRows(rows);
            }
            else if (tensor.Rows != rows)
            {
                throw ProblemException.BadRequest("The inputs do not have equally many rows.", string.Create(CultureInfo.InvariantCulture, $"'{tensor.Name}' has {tensor.Rows}, the first input {rows}."));
            }

            int input = cells.Find(Encoding.UTF8.GetBytes(tensor.Name), 0);
            if (input >= 0 && seen[input])
                throw ProblemException.BadRequest($"The input '{tensor.Name}' is given twice.", "Send each column once.");
            if (input >= 0)
            {
                seen[input] = true;
                if (!TensorTypes.Fits(cells.Fields[input].Type, tensor.Datatype))
                    errors.Add(0, tensor.Name, $"expected a tensor of {TensorTypes.Of(cells.Fields[input].Type)}, found {tensor.Datatype}.");
                else
                    ReadData(tensor, cells, input, batch, errors);
            }
        }

        return rows > 0 ? batch : throw ProblemException.BadRequest("There are no rows.", "Send at least one input with at least one value.");
    }

    private static Tensor ReadTensor(ref Utf8JsonReader reader)
    {
        var tensor = new Tensor { Name = "", Datatype = "", Rows = -1 };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string member = Name(ref reader);
            reader.Read();
            switch (member)
            {
                case "name" when reader.TokenType == JsonTokenType.String: tensor.Name = Name(ref reader); break;
                case "datatype" when reader.TokenType == JsonTokenType.String: tensor.Datatype = Name(ref reader); break;
                case "shape" when reader.TokenType == JsonTokenType.StartArray: tensor.Rows = ReadShape(ref reader); break;
                case "data" when reader.TokenType == JsonTokenType.StartArray:
                    tensor.Data = reader;
                    tensor.HasData = true;
                    reader.Skip();
                    break;
                case "parameters": reader.Skip(); break;
                default: throw ProblemException.BadRequest($"'{member}' of an input is not what it should be.", $"An input has name and datatype (strings), shape and data (arrays); here it is {InputCells.Describe(ref reader)}.");
            }
        }

        if (tensor.Name.Length == 0 || tensor.Datatype.Length == 0 || tensor.Rows < 0 || !tensor.HasData)
            throw ProblemException.BadRequest($"The input '{tensor.Name}' is not complete.", "An input has name, shape ([n] or [n, 1]), datatype and data.");
        if (!TensorTypes.IsKnown(tensor.Datatype))
            throw ProblemException.BadRequest($"'{tensor.Datatype}' is no datatype.", "Datatypes are BOOL, UINT8 to UINT64, INT8 to INT64, FP16 to FP64 and BYTES.");
        return tensor;
    }

    private static int ReadShape(ref Utf8JsonReader reader)
    {
        int rows = -1;
        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            bool isSize = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int size) && size >= 0 && (i == 0 || (i == 1 && size == 1));
            if (!isSize)
                throw ProblemException.BadRequest("A shape is not taken here.", "An input is one column: its shape is [n] or [n, 1].");
            if (i == 0)
                rows = reader.GetInt32();
        }

        return rows >= 0 ? rows : throw ProblemException.BadRequest("A shape is empty.", "An input is one column: its shape is [n] or [n, 1].");
    }

    private static void ReadData(Tensor tensor, InputCells cells, int input, RowBatch batch, RowErrors errors)
    {
        Utf8JsonReader reader = tensor.Data;
        bool isFlag = cells.Fields[input].Type == ColumnType.Boolean && tensor.Datatype != "BOOL";
        int row = 0;
        for (int depth = 1; reader.Read() && depth > 0;)
        {
            switch (reader.TokenType)
            {
                // Data may be nested as the shape is, [[1], [2]], or flat.
                case JsonTokenType.StartArray: depth++; continue;
                case JsonTokenType.EndArray: depth--; continue;
            }

            if (row >= batch.RowCount)
            {
                row++;
                reader.Skip();
                continue;
            }

            if (reader.TokenType == JsonTokenType.Null && !TensorTypes.IsFloat(tensor.Datatype))
                errors.Add(row, tensor.Name, $"null is no {tensor.Datatype}; send {(tensor.Datatype == TensorTypes.Text ? "\"\"" : "the column as FP64 with null")} where a value is not known.");
            else if (isFlag && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double flag) && flag is 0 or 1)
                batch[row, input] = RowBatch.Cell.Number(reader.GetDouble());
            else if (TensorTypes.IsInteger(tensor.Datatype) && reader.TokenType == JsonTokenType.Number && !InputCells.IsInteger(reader.TryGetDouble(out double whole) ? whole : double.NaN))
                errors.Add(row, tensor.Name, $"{InputCells.Describe(ref reader)} is no {tensor.Datatype}.");
            else
                batch[row, input] = cells.Read(ref reader, batch, row, input, errors);
            row++;
        }

        if (row != batch.RowCount)
            throw ProblemException.BadRequest($"The input '{tensor.Name}' does not have as many values as its shape says.", string.Create(CultureInfo.InvariantCulture, $"Its shape says {batch.RowCount}, and there are {row}."));
    }

    private void ReadOutputs(ref Utf8JsonReader reader, ServedModel model)
    {
        outputs = [];
        string[] known = [.. OutputNames(model), .. OnDemand];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw ProblemException.BadRequest("An output is not an object.", "Each output is {\"name\": …}.");
            string? name = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isName = Name(ref reader) == "name";
                reader.Read();
                if (isName && reader.TokenType == JsonTokenType.String)
                    name = Name(ref reader);
                else
                    reader.Skip();
            }

            if (name is null || !known.Contains(name))
                throw ProblemException.BadRequest($"There is no output '{name}'.", $"This model has: {string.Join(", ", known)}.");
            if (!outputs.Contains(name))
                outputs.Add(name);
        }
    }

    internal override void Write(IBufferWriter<byte> output, PredictionOutcome outcome)
    {
        using var writer = new Utf8JsonWriter(output, PredictionWriter.Options);
        writer.WriteStartObject();
        writer.WriteString("model_name"u8, outcome.Model.NameText);
        writer.WriteString("model_version"u8, outcome.Model.Version.ToString(CultureInfo.InvariantCulture));
        if (id is not null)
            writer.WriteString("id"u8, id);
        if (outcome.Answer.Degraded)
        {
            writer.WriteStartObject("parameters"u8);
            writer.WriteBoolean("degraded"u8, true);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("outputs"u8);
        foreach (string name in (outputs is { Count: > 0 } ? outputs : OutputNames(outcome.Model)).Where(name => name != Id || outcome.Ids is not null))
            WriteOutput(writer, outcome, name);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter writer, PredictionOutcome outcome, string name)
    {
        int rows = outcome.Rows.RowCount;
        writer.WriteStartObject();
        writer.WriteString("name"u8, name);
        writer.WriteString("datatype"u8, Datatype(name));
        writer.WriteStartArray("shape"u8);
        writer.WriteNumberValue(rows);
        if (name == "probabilities")
            writer.WriteNumberValue(outcome.Outputs);
        else if (name == Contributions)
            writer.WriteNumberValue(outcome.Rows.Inputs);
        writer.WriteEndArray();
        writer.WriteStartArray("data"u8);
        Span<byte> token = stackalloc byte[PredictionIds.Length];
        for (int row = 0; row < rows; row++)
        {
            switch (name)
            {
                case Id:
                    outcome.Ids!.Write(row, outcome.Class(row), outcome.Score(row), token);
                    writer.WriteStringValue(token);
                    break;
                case "label":
                    writer.WriteStringValue(outcome.Model.ClassTexts[outcome.Class(row)]);
                    break;
                case "probabilities":
                    foreach (double probability in outcome.Row(row))
                        writer.WriteNumberValue(probability);
                    break;
                case Contributions:
                    foreach (double contribution in outcome.Explanations!.Contributions(row))
                        writer.WriteNumberValue(contribution);
                    break;
                case Base:
                    writer.WriteNumberValue(outcome.Explanations!.BaseValue(row));
                    break;
                case Raw:
                    writer.WriteNumberValue(outcome.Explanations!.RawScore(row));
                    break;
                default:
                    writer.WriteNumberValue(outcome.Score(row));
                    break;
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Name(ref Utf8JsonReader reader)
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

    private ref struct Tensor
    {
        public string Name;
        public string Datatype;
        public int Rows;
        public Utf8JsonReader Data;
        public bool HasData;
    }
}
