using MlServerless.Data;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>The tensors of a model as its metadata names them.</summary>
public static class TensorNames
{
    public static string Datatype(ColumnType type) => TensorTypes.Of(type);

    /// <summary>The outputs that are there unless a request asks for others.</summary>
    public static IEnumerable<(string Name, string Datatype)> Outputs(ServedModel model) =>
        InferRequest.OutputNames(model).Select(name => (name, InferRequest.Datatype(name)));
}
