namespace MlServerless.Learning.Onnx;

/// <summary>The element type of the inputs that take integers, numbers and booleans. Dates are doubles either way.</summary>
public enum OnnxNumbers
{
    /// <summary>float32, as most programs feed it. A value that is not a float32 is rounded before the model sees it.</summary>
    Float,

    /// <summary>float64: every value is seen as this project's scorer sees it.</summary>
    Double,
}
