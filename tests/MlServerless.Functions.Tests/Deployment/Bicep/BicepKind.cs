namespace MlServerless.Functions.Tests.Deployment.Bicep;

/// <summary>What a <see cref="BicepNode"/> is.</summary>
internal enum BicepKind
{
    /// <summary>A string; the items are its parts: <see cref="Text"/> and expressions in turn.</summary>
    Text,

    Number,

    /// <summary>true, false or null.</summary>
    Literal,

    /// <summary>Items are <see cref="Property"/>.</summary>
    Object,

    /// <summary>A property or spread of an object: the name, and one item.</summary>
    Property,

    Array,

    Identifier,

    /// <summary>One item, and the name behind '.' or '::'.</summary>
    Member,

    /// <summary>Two items: what is indexed, and by what.</summary>
    Index,

    /// <summary>The called expression, then the arguments.</summary>
    Call,

    /// <summary>Operands of an operator, which is the text.</summary>
    Operator,

    /// <summary>[for x in xs: body]: the names are the text, separated by commas; items are the source and the body.</summary>
    Loop,

    /// <summary>if (condition) body.</summary>
    Condition,

    /// <summary>A resource declared inside another one; items as of a <see cref="BicepDeclaration"/>.</summary>
    Nested,
}
