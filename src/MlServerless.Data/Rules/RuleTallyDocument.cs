namespace MlServerless.Data;

/// <summary>A <see cref="RuleTally"/> as JSON.</summary>
internal sealed record RuleTallyDocument(string Name, string Expression, long Unknown, TallyDocument? Failed = null);
