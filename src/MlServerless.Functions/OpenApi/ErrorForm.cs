namespace MlServerless.Functions.OpenApi;

/// <summary>How a call tells what is wrong.</summary>
internal enum ErrorForm
{
    /// <summary>problem+json (RFC 9457).</summary>
    Problem,

    /// <summary><c>{"error": "…"}</c>, as the inference protocols have it.</summary>
    Text,

    /// <summary><c>{"error_code": …, "message": "…"}</c>.</summary>
    Mlflow,
}
