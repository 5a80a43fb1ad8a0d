namespace MlServerless.Data;

/// <summary>The operators of rule expressions that have two sides.</summary>
internal enum RuleOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}
