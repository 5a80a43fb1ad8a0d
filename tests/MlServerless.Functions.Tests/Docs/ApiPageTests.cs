using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MlServerless.Functions.Security;
using MlServerless.Soak.Fuzz;

namespace MlServerless.Functions.Tests.Docs;

/// <summary>docs/api.md: the calls as the README describes them, with what the code says of each. Every route is described, and nothing that does not exist.</summary>
public sealed partial class ApiPageTests
{
    private const string Elision = "…";
    private static readonly IReadOnlyList<ReadmeRow> Rows = [.. ReadRows()];

    [Fact]
    public void Page_IsReadmeAndCode() => GeneratedFile.IsCurrent(Page(), "docs", "api.md");

    [Fact]
    public void EveryRoute_IsDescribedInTheReadme()
    {
        HashSet<string> described = [.. Rows.SelectMany(row => row.Routes).Concat(Rows.SelectMany(row => row.Mentioned)).Select(route => route.Name)];
        Assert.Empty(HttpRoute.All.Where(route => !described.Contains(route.Name)).Select(route => $"{route.Verb.ToUpperInvariant()} /{route.Trigger.Route}"));
    }

    [Fact]
    public void EveryCallOfTheReadme_IsARoute() => Assert.Empty(Rows.SelectMany(row => row.Unknown));

    private static string Page()
    {
        var page = new StringBuilder("""
            # API reference

            Every HTTP call: who may make it, how large its body may be, and what it does. Shapes of bodies and answers are in `GET /api/openapi.json` (OpenAPI 3.1), examples in the [README](../README.md#a-worked-example); see also the [OpenAPI document of each model](#predictions-and-their-openapi-document) and the [spec reference](spec.md).

            <!-- Made from the table in README.md and from the code: UPDATE_DOCS=1 dotnet test -c Release tests/MlServerless.Functions.Tests --filter Docs -->

            ## Who calls

            With function keys (the default): header `x-functions-key`, or `?code=` in the address. The host key opens everything; `eng/role-keys.sh` makes one key a role. With Entra ID: `Authorization: Bearer …`, a token with the app role. Each call below names its role: `read` sees, `predict` asks models, `operate` changes. *open* takes calls without any.

            Who moves an alias, rolls back, starts or ends a canary or a capture, or approves, rejects or cancels a run says `who` they are and `why`, and both are kept. With Entra ID the name of the token is kept and `who` may be left out; what it says is added (`eve@… for Ada`). With keys it is what the caller says.

            No key, or a wrong one: 401. A token without the role: 403.

            ## Bodies and answers

            Bodies are JSON in UTF-8, without members of the same name, at most 16 levels deep (32 for rows to predict), and with no members that the call does not know. A body past its limit is answered 413, whatever is in it. Answers are JSON; times are ISO 8601 in UTC; numbers are the shortest that read back as the same double.

            Errors are [problem details](https://www.rfc-editor.org/rfc/rfc9457) (`application/problem+json`): `title` says what is wrong, `detail` how to mend it, `errors` every single fault with its JSON path. Prediction protocols other than our own answer errors in their own form.

            | status | when |
            |---|---|
            | 200, 201 | done; 201 where something is new |
            | 202 | a run or an erasure was claimed; `Location` says where to look |
            | 304 | what `If-None-Match` names is still the same |
            | 400 | the request is wrong; `errors` says where |
            | 401, 403 | who may call, above; 403 also for a version other than the champion without the role `operate` |
            | 404 | there is no such thing; or a model without a champion |
            | 409 | it does not fit what is there: no data yet, a run that has ended, an `Idempotency-Key` of another request |
            | 410 | rows that were erased or no longer kept |
            | 412 | `If-Match` names another version than the present one |
            | 413 | body, rows or entries past their limit |
            | 415 | a `Content-Type` that the call does not take |
            | 422 | it is understood and cannot be done, as ONNX of a model with texts |
            | 500 | a defect; the answer has a `traceId` under which the log holds the cause |
            | 503 | storage cannot be reached; predictions go on with the loaded champion |

            **Repeating calls.** `POST` calls that start something take `Idempotency-Key` (1 to 200 characters): the same key starts it once. `GET`, `PUT` and `DELETE` may be repeated as they are; `PUT` and `DELETE` of an alias need `If-Match` where it exists.

            **Lists** take `?limit=`, and `?after=` with the `next` of the page before.

            """.ReplaceLineEndings("\n"));
        foreach ((string title, _) in Sections)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| call | role | body | does |\n|---|---|---|---|\n");
            foreach (ReadmeRow row in Rows.Where(row => row.Routes.Count > 0 && SectionOf(row.Routes[0]) == title))
                page.Append(CultureInfo.InvariantCulture, $"| {row.Call} | {Roles(row)} | {Limits(row)} | {row.Does.Replace("](docs/", "](", StringComparison.Ordinal)} |\n");
        }

        return page.ToString();
    }

    private static readonly (string Title, Func<HttpRoute, bool> Holds)[] Sections =
    [
        ("Pipelines and data", route => Starts(route, "api/pipelines", "api/dataversions", "api/schemas")),
        ("Runs", route => Starts(route, "api/runs")),
        ("Predictions and their OpenAPI document", route => RoleGuard.RoleOf(route.Method) == ApiRole.Predict || Starts(route, "v1", "v2", "invocations", "ping", "version") || (Starts(route, "api/models") && route.Trigger.Route!.EndsWith("openapi.json", StringComparison.Ordinal))),
        ("Models and drift", route => Starts(route, "api/models")),
        ("Watching the app", _ => true),
    ];

    private static string SectionOf(HttpRoute route) => Sections.First(section => section.Holds(route)).Title;

    private static bool Starts(HttpRoute route, params string[] prefixes) => prefixes.Any(prefix => route.Trigger.Route!.StartsWith(prefix, StringComparison.Ordinal));

    private static string Roles(ReadmeRow row) => string.Join(", ", row.Routes.Select(route => RoleGuard.RoleOf(route.Method)?.ToString().ToLowerInvariant() is { } role ? $"`{role}`" : "*open*").Distinct());

    private static string Limits(ReadmeRow row) => string.Join(", ", row.Routes.Where(route => route.Trigger.Methods.Any(method => method is not ("get" or "head"))).Select(route => Size(route.Trigger.MaxBodyBytes)).Distinct());

    private static string Size(long bytes) => bytes >= 1 << 20 ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB") : string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB");

    private static IEnumerable<ReadmeRow> ReadRows()
    {
        string[] lines = Repository.Read("README.md").Split('\n');
        int start = Array.FindIndex(lines, line => line == "## HTTP API");
        foreach (string line in lines.Skip(start).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal) || line == "## HTTP API").Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            string[] cells = [.. line.Trim().Trim('|').Split(" | ").Select(cell => cell.Trim())];
            var row = new ReadmeRow(cells[0], string.Join(" | ", cells[1..]));
            string verb = "";
            string path = "";
            foreach (string span in Code().Matches(row.Call).Select(match => match.Groups["code"].Value))
                row.Add(span, ref verb, ref path);
            foreach (string span in Code().Matches(row.Does).Select(match => match.Groups["code"].Value))
                row.Mention(span, verb, path);
            yield return row;
        }
    }

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Code();

    /// <summary>A row of the README's table.</summary>
    /// <param name="Call">First cell: one call or several, the later ones short: "…/{id}" goes on where the one before has its like.</param>
    /// <param name="Does">Second cell.</param>
    private sealed record ReadmeRow(string Call, string Does)
    {
        public List<HttpRoute> Routes { get; } = [];

        public List<HttpRoute> Mentioned { get; } = [];

        public List<string> Unknown { get; } = [];

        public void Add(string text, ref string verb, ref string path)
        {
            string[] words = text.Split(' ');
            if (words.Length == 2)
                verb = words[0];
            string wanted = words[^1].Split('?')[0];
            string before = path;
            string wantedVerb = verb;
            HttpRoute? found = HttpRoute.All.FirstOrDefault(route => route.Trigger.Methods.Contains(wantedVerb.ToLowerInvariant()) && Fits(route, wanted, before));
            if (found is null)
            {
                Unknown.Add($"{verb} {wanted}");
                return;
            }

            Routes.Add(found);
            path = "/" + found.Trigger.Route;
        }

        /// <summary>What the description names besides: "`GET` of the path before `/infer`", and paths.</summary>
        public void Mention(string text, string verb, string path)
        {
            foreach (HttpRoute route in HttpRoute.All.Where(route => !Routes.Contains(route)))
            {
                string full = "/" + route.Trigger.Route;
                bool stands = text.StartsWith('/') && full == text;
                bool shortened = text.StartsWith(Elision, StringComparison.Ordinal) && full.EndsWith(text[1..], StringComparison.Ordinal) && Routes.Any(other => Common(full, "/" + other.Trigger.Route));
                bool metadata = text == "GET" && Routes.Any(other => "/" + other.Trigger.Route == full + "/infer");
                if (stands || shortened || metadata || (text.StartsWith("GET ", StringComparison.Ordinal) && text[4..].Split('?')[0] == full && route.Verb == "get"))
                    Mentioned.Add(route);
            }
        }

        private static bool Fits(HttpRoute route, string wanted, string before)
        {
            string full = "/" + route.Trigger.Route;
            if (!wanted.StartsWith(Elision, StringComparison.Ordinal))
                return full == wanted;
            return full.EndsWith(wanted[1..], StringComparison.Ordinal) && full != before && Common(full, before);
        }

        /// <summary>Whether two paths begin with the same two parts.</summary>
        private static bool Common(string a, string b) => a.Split('/').Take(3).SequenceEqual(b.Split('/').Take(3)) && a.Length > 1;
    }
}
