using System.Text.RegularExpressions;

namespace MlServerless.Worker.Definitions;

/// <summary>As much of an ASP.NET Core route template as is needed to see whether two templates can mean one path.</summary>
internal sealed partial record RouteTemplate(string Text)
{
    private string[] Segments { get; } = Text.Length == 0 ? [] : Text.Split('/');

    /// <summary>Names of the route's parameters, without constraints and defaults.</summary>
    public IEnumerable<string> ParameterNames
    {
        get
        {
            for (var open = Text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = Text.IndexOf('{', open + 1))
            {
                var end = Text.AsSpan(open + 1).IndexOfAny(":=?}");
                if (end >= 0)
                {
                    yield return Text.Substring(open + 1, end).TrimStart('*');
                }
            }
        }
    }

    /// <summary>The template behind a route prefix.</summary>
    public RouteTemplate Under(string prefix) => prefix.Length == 0 ? this : new($"{prefix}/{Text}");

    /// <summary>
    /// The template with every parameter's name and constraint left out: equal shapes match equal paths. Text beside a parameter stays, since
    /// <c>{name}:predict</c> and <c>{name}:explain</c> never match the same path, and routing prefers either to a bare <c>{name}</c>.
    /// </summary>
    public string Shape => string.Join('/', Segments.Select(s => IsCatchAll(s) ? "{*}" : Parameter().Replace(s, "{}").ToUpperInvariant()));

    /// <summary>True when the template is this one segment, letter for letter.</summary>
    public bool Is(string segment) => string.Equals(Text, segment, StringComparison.OrdinalIgnoreCase);

    /// <summary>True when a path of this one segment can match the template.</summary>
    public bool CanMatch(string segment)
    {
        if (Segments.Length == 0)
        {
            return false;
        }

        var first = Segments[0];
        var firstMatches = HasParameter(first) || string.Equals(first, segment, StringComparison.OrdinalIgnoreCase);
        return firstMatches && Segments.Skip(1).All(IsLeftOut);
    }

    [GeneratedRegex(@"\{(?:[^{}]|\{\{|\}\})*\}")]
    private static partial Regex Parameter();

    private static bool HasParameter(string segment) => segment.Contains('{', StringComparison.Ordinal);

    private static bool IsCatchAll(string segment) => segment.StartsWith("{*", StringComparison.Ordinal);

    private static bool IsLeftOut(string segment)
        => IsCatchAll(segment)
           || (segment.StartsWith('{') && (segment.EndsWith("?}", StringComparison.Ordinal) || segment.Contains('=', StringComparison.Ordinal)));
}
