using Google.Protobuf;
using MlServerless.Data;
using MlServerless.Learning.Onnx;
using MlServerless.Learning.Onnx.Protocol;
using MlServerless.Learning.Preprocessing;
using ElementType = MlServerless.Learning.Onnx.Protocol.TensorProto.Types.DataType;

namespace MlServerless.Learning.Tests.Onnx;

public class OnnxCalendarTests
{
    [Fact]
    public async Task Add_AnyTime_GivesThePartsOfTheEncoder()
    {
        const int Parts = 6;
        double[] seconds =
        [
            0, -1, 86399, 86400, 951782400, 1709214240.75, -14182980, 4107542399, -62135596800, 253402300799, 8.64e12, -8.64e12,
            8.64e12 + 86400, 1e300, -1e300, double.NaN, 1e-300, -1e-9, 68169600, 94694400 - 0.001,
            .. Enumerable.Range(-2000, 4000).Select(i => i * 123_456_789.0),
            .. Enumerable.Range(-200, 400).Select(i => i * 86400.0 * 366),
        ];
        var encoder = new DateTimeEncoder(0, "t", referenceDay: 17000, hasTimes: true);
        var graph = new OnnxGraph(["t", "scores"]);
        string input = graph.Input("t", ElementType.Double, "");
        string?[] slots = new string?[Parts];
        OnnxCalendar.Add(graph, encoder, input, slots);
        graph.Output(graph.Op("Concat", slots!, OnnxGraph.Attribute("axis", 1)), "scores", ElementType.Double, Parts, "");
        var model = new ModelProto { IrVersion = 8, Graph = graph.Proto };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });

        var signature = new ModelSignature("y", [new SignatureField("t", ColumnType.DateTime, null, true)], default);
        var table = new Table([new NumericColumn("t", ColumnType.DateTime, seconds)]);
        OnnxAnswer answer = await OnnxRuntime.ScoreAsync(model.ToByteArray(), signature, table);

        double[] expected = new double[seconds.Length * Parts];
        for (int row = 0; row < seconds.Length; row++)
            encoder.SetNumber(seconds[row], expected.AsSpan(row * Parts), 1);
        Assert.Equal(expected, answer.Scores);
    }
}
