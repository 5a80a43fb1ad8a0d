using System.Reflection;

namespace MlServerless.Worker.Definitions;

internal sealed record FunctionParameter(ParameterInfo Parameter, ParameterRole Role)
{
    public string Name => Parameter.Name ?? "";
}
