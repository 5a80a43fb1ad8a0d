using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Registry;

/// <summary>Who does something that the log keeps, and why.</summary>
public sealed record Actor(string Who, string Why)
{
    /// <summary>In characters.</summary>
    public const int MaxWho = 200;

    private const int MaxWhy = 2000;

    /// <exception cref="ProblemException">400: one of the two is missing or too long.</exception>
    public static Actor Require(string? who, string? why)
    {
        var errors = new List<ProblemDetail>();
        if (string.IsNullOrWhiteSpace(who) || who.Length > MaxWho)
            errors.Add(new ProblemDetail("$.who", $"name who does this, in 1 to {MaxWho} characters."));
        if (string.IsNullOrWhiteSpace(why) || why.Length > MaxWhy)
            errors.Add(new ProblemDetail("$.why", $"say why, in 1 to {MaxWhy} characters."));
        return errors.Count == 0
            ? new Actor(who!.Trim(), why!.Trim())
            : throw ProblemException.BadRequest("Who does this, and why, is not said.", "The log keeps both: send \"who\": \"…\" and \"why\": \"…\".", errors);
    }
}
