namespace MlServerless.Data;

/// <summary>What the parts of a rule's expression are.</summary>
internal enum RuleType
{
    Number,
    Text,
    Boolean,
    DateTime,
}
