using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Forecasts;
using Guanxi.Insight.Performance;
using Guanxi.Insight.Targets;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Insight;

/// <summary>Targets, the forecast with what moved in it, and who did how much: every sum is of rows the caller may see.</summary>
public static class ForecastApi
{
    private const int MostItems = 200;

    public static void MapForecast(this RouteGroupBuilder api)
    {
        api.MapGet("/forecast", ForecastAsync);
        api.MapGet("/forecast/changes", ChangesAsync);
        api.MapGet("/forecast/past", PastAsync);
        api.MapGet("/forecast/snapshots", SnapshotsAsync);
        api.MapPost("/forecast/snapshots", TakeAsync).AnsweredOnce();
        api.MapPost("/forecast:adjust", AdjustAsync).AnsweredOnce();
        api.MapGet("/targets:grid", GridAsync);
        api.MapPost("/targets:set", SetAsync).AnsweredOnce();
        api.MapGet("/performance", PerformanceAsync);
        api.MapGet("/performance/competitors", CompetitorsAsync);
    }

    private static SalesPeriod Period(HttpContext http) => http.Request.Query["period"].ToString() is { Length: > 0 } text ? SalesPeriod.Parse(text) : SalesPeriod.QuarterOf(http.Actor().Today(http.Workspace().Now));

    private static async Task ForecastAsync(HttpContext http)
    {
        var (actor, workspace, period) = (http.Actor(), http.Workspace(), Period(http));
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var report = await ForecastReport.ReadAsync(session, actor, period, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            Head(writer, period);
            writer.WriteString("currency", report.Currency);
            writer.WriteBoolean("mayAdjust", actor.Has(Functions.ManageTargets));
            Teams(writer, actor, report.Rows.Select(row => row.Person));
            writer.WriteStartArray("rows");
            foreach (var row in report.Rows)
            {
                writer.WriteStartObject();
                Person(writer, actor, row.Person);
                Amount(writer, "won", row.Won);
                Amount(writer, "commit", row.Commit);
                Amount(writer, "bestCase", row.BestCase);
                Amount(writer, "pipeline", row.Pipeline);
                Amount(writer, "omitted", row.Omitted);
                Amount(writer, "weighted", row.Weighted);
                Amount(writer, "expected", row.Expected);
                writer.WriteNumber("wonCount", row.WonCount);
                writer.WriteNumber("open", row.Open);
                writer.WriteNumber("late", row.Late);
                if (row.Person is { } person && report.Adjustments.TryGetValue(person, out var adjusted))
                {
                    writer.WriteStartObject("adjusted");
                    Amount(writer, "amount", adjusted.Amount);
                    writer.WriteString("note", adjusted.Note);
                    writer.WriteString("by", actor.Directory.Person(adjusted.By)?.Name);
                    writer.WriteString("at", RecordJson.Instant(adjusted.At.ToUnixTimeMilliseconds()));
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            Targets(writer, report.Targets);
        });
    }

    private static void Head(Utf8JsonWriter writer, SalesPeriod period)
    {
        writer.WriteString("period", period.Key);
        writer.WriteString("from", period.From.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        writer.WriteString("until", period.Until.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void Amount(Utf8JsonWriter writer, string name, decimal? amount)
    {
        if (amount is { } value)
        {
            writer.WriteNumber(name, decimal.Round(value, 2, MidpointRounding.AwayFromZero));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void Person(Utf8JsonWriter writer, Actor actor, Guid? id)
    {
        writer.WriteString("id", id?.ToString());
        writer.WriteString("name", actor.Directory.Person(id)?.Name);
        writer.WriteString("team", actor.Directory.Person(id)?.TeamId?.ToString());
    }

    /// <summary>The teams above those who have a row, so that the page puts people under them.</summary>
    private static void Teams(Utf8JsonWriter writer, Actor actor, IEnumerable<Guid?> people)
    {
        writer.WriteStartArray("teams");
        foreach (var team in people.SelectMany(person => actor.Directory.TeamAndAbove(actor.Directory.Person(person)?.TeamId)).Distinct().Select(id => actor.Directory.Team(id)!).OrderBy(team => team.Name, StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteString("id", team.Id);
            writer.WriteString("name", team.Name);
            writer.WriteString("parent", team.ParentId?.ToString());
            writer.WriteString("manager", team.ManagerId?.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Targets(Utf8JsonWriter writer, IEnumerable<Record> targets)
    {
        writer.WriteStartArray("targets");
        foreach (var target in targets)
        {
            writer.WriteStartObject();
            writer.WriteString("period", target.Text("period"));
            writer.WriteString("scope", target.Text("scope"));
            writer.WriteString("measure", target.Text("measure"));
            writer.WriteString("id", (target.Reference("team") ?? target.Reference("person"))?.ToString());
            writer.WriteString("line", target.Text("productLine"));
            Amount(writer, "base", (decimal?)target["base"]);
            Amount(writer, "stretch", (decimal?)target["stretch"]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static async Task ChangesAsync(HttpContext http)
    {
        var (actor, workspace, period) = (http.Actor(), http.Workspace(), Period(http));
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var snapshots = await ForecastSnapshots.ListAsync(session, http.RequestAborted);
        var since = http.Request.Query["since"].ToString() is { Length: > 0 } asked
            ? snapshots.FirstOrDefault(snapshot => snapshot.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) == asked) ?? throw new RefusedException(Refusal.Invalid("since", ("没有这个快照", "There is no such snapshot")))
            : snapshots.FirstOrDefault(snapshot => snapshot.Weekly && snapshot.At < workspace.Now.AddDays(-5)) ?? (snapshots.Count > 0 ? snapshots[^1] : null);
        var changes = since is null ? [] : await ForecastChanges.ReadAsync(session, actor, period, since, workspace.Now, http.RequestAborted);
        if (since is null)
        {
            // The right is asked all the same.
            await ForecastReport.ReadAsync(session, actor, period, workspace.Now, http.RequestAborted);
        }

        await http.JsonAsync(writer =>
        {
            Head(writer, period);
            writer.WriteString("since", since is null ? null : RecordJson.Instant(since.At.ToUnixTimeMilliseconds()));
            writer.WriteStartArray("groups");
            foreach (var group in ForecastChanges.Kinds.Select(kind => (Kind: kind, Items: changes.Where(change => change.Kind == kind).ToList())).Where(group => group.Items.Count > 0))
            {
                writer.WriteStartObject();
                writer.WriteString("kind", group.Kind);
                writer.WriteNumber("count", group.Items.Count);
                Amount(writer, "delta", group.Items.Sum(change => change.Delta));
                writer.WriteStartArray("items");
                foreach (var change in group.Items.Take(MostItems))
                {
                    writer.WriteStartObject();
                    writer.WriteString("deal", change.Deal);
                    writer.WriteString("name", change.Name);
                    writer.WriteString("owner", change.Owner?.ToString());
                    writer.WriteString("ownerName", actor.Directory.Person(change.Owner)?.Name);
                    Amount(writer, "before", change.Before);
                    Amount(writer, "after", change.After);
                    writer.WriteString("closeBefore", change.CloseBefore);
                    writer.WriteString("closeAfter", change.CloseAfter);
                    Amount(writer, "delta", change.Delta);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task PastAsync(HttpContext http)
    {
        var (actor, workspace, period) = (http.Actor(), http.Workspace(), Period(http));
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var past = await StatisticalForecast.ReadAsync(session, actor, period, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            Head(writer, period);
            if (past is null)
            {
                writer.WriteString("thin", "none");
                return;
            }

            writer.WriteString("method", past.Method);
            writer.WriteString("thin", past.Thin);
            writer.WriteNumber("history", past.History);
            Amount(writer, "wonBefore", past.WonBefore);
            Amount(writer, "mean", past.Mean);
            Amount(writer, "lower", past.Lower);
            Amount(writer, "upper", past.Upper);
            Amount(writer, "error", (decimal?)past.Error * 100);
            writer.WriteStartArray("months");
            foreach (var month in past.Months)
            {
                writer.WriteStartObject();
                writer.WriteString("month", month.Month);
                Amount(writer, "won", month.Won);
                Amount(writer, "foreseen", month.Foreseen);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("parts");
            foreach (var part in past.Parts)
            {
                writer.WriteStartObject();
                writer.WriteString("name", part.Name);
                writer.WriteBoolean("team", part.IsTeam);
                writer.WriteNumber("depth", part.Depth);
                Amount(writer, "wonBefore", part.WonBefore);
                Amount(writer, "mean", part.Mean);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task SnapshotsAsync(HttpContext http)
    {
        _ = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var snapshots = await ForecastSnapshots.ListAsync(session, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var snapshot in snapshots)
            {
                Write(writer, snapshot);
            }

            writer.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter writer, Snapshot snapshot)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", snapshot.Number);
        writer.WriteString("at", RecordJson.Instant(snapshot.At.ToUnixTimeMilliseconds()));
        writer.WriteBoolean("weekly", snapshot.Weekly);
        writer.WriteEndObject();
    }

    private static async Task TakeAsync(HttpContext http)
    {
        var taken = await http.Workspace().WriteAsync(http.Actor(), context => ForecastSnapshots.TakeAsync(context, weekly: false, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer => writer.WriteNumber("number", taken.Number), 201);
    }

    private static async Task AdjustAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageTargets);
        var body = await http.BodyAsync();
        var period = SalesPeriod.Parse(body.Needed("period"));
        var person = body.Id("person") ?? throw new RefusedException(Refusal.Invalid("person", RecordChecks.Required));
        decimal? amount = !body.TryGetProperty("amount", out var given) || given.ValueKind == JsonValueKind.Null ? null
            : given.ValueKind == JsonValueKind.Number && given.TryGetDecimal(out var number) ? number : throw new RefusedException(Refusal.Invalid("amount", ("金额应为数字", "An amount is a number")));
        await http.Workspace().WriteAsync(http.Actor(), context => ForecastAdjustments.SetAsync(context, period, person, amount, body.Word("note"), http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    /// <summary>A year of targets for everybody the caller may set or see them for.</summary>
    private static async Task GridAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        var measure = http.Request.Query["measure"].ToString() is { Length: > 0 } asked ? asked : "amount";
        var year = Period(http);
        year = new SalesPeriod(new DateOnly(year.From.Year, 1, 1), 12);
        var periods = new[] { year }.Concat(year.Parts.SelectMany(quarter => new[] { quarter }.Concat(quarter.Parts))).ToList();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var targets = await TargetBook.ReadAsync(session, actor, periods, measure, workspace.Now, http.RequestAborted);
        var door = AccessDoor.For(actor, actor.Schema["targets"], Verb.Read, workspace.Now);
        var deals = actor.Schema["deals"];
        var people = actor.Directory.People.Where(person => person.Active && (door.Everything || door.Owners.Contains(person.Id)) && (actor.Directory.Role(person.RoleId)?.On(deals.Name).Create == true || targets.Any(target => target.Reference("person") == person.Id))).OrderBy(person => person.UserName, StringComparer.Ordinal).ToList();
        await http.JsonAsync(writer =>
        {
            writer.WriteString("year", year.Key);
            writer.WriteString("measure", measure);
            writer.WriteBoolean("mayEdit", actor.Has(Functions.ManageTargets));
            writer.WriteBoolean("whole", door.Everything);
            Teams(writer, actor, people.Select(person => (Guid?)person.Id));
            writer.WriteStartArray("people");
            foreach (var person in people)
            {
                writer.WriteStartObject();
                Person(writer, actor, person.Id);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            Targets(writer, targets);
        });
    }

    private static async Task SetAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageTargets);
        var body = await http.BodyAsync();
        var cells = TargetBook.Parse(body.TryGetProperty("cells", out var given) ? given : default);
        var changed = await http.Workspace().WriteAsync(http.Actor(), context => TargetBook.SetAsync(context, body.Needed("measure"), cells, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer => writer.WriteNumber("changed", changed));
    }

    private static async Task PerformanceAsync(HttpContext http)
    {
        var (actor, workspace, period) = (http.Actor(), http.Workspace(), Period(http));
        var by = http.Request.Query["by"].ToString() switch { "" or "person" => PerformanceBy.Person, "productLine" => PerformanceBy.ProductLine, "product" => PerformanceBy.Product, _ => throw new RefusedException(Refusal.Invalid("by", ("by 应为 person、productLine 或 product", "by is person, productLine or product"))) };
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var now = await PerformanceReport.ReadAsync(session, actor, period, by, workspace.Now, http.RequestAborted);
        var before = (await PerformanceReport.ReadAsync(session, actor, period.Previous, by, workspace.Now, http.RequestAborted)).ToDictionary(row => row.Key, StringComparer.Ordinal);
        var settings = await Settings.ReadAsync(session, http.RequestAborted);
        var names = by == PerformanceBy.Product ? (await session.ListAsync(new Sql().Append("SELECT id, name FROM product WHERE id IN ").List(now.Select(row => Guid.Parse(row.Key))), row => (Id: row.Id(0).ToString(), Name: row.Text(1)), http.RequestAborted)).ToDictionary(item => item.Id, item => item.Name, StringComparer.Ordinal) : [];
        var targets = new List<Record>();
        foreach (var measure in actor.Schema["targets"]["measure"].Choices)
        {
            targets.AddRange(await TargetBook.ReadAsync(session, actor, [period], measure.Value, workspace.Now, http.RequestAborted));
        }

        await http.JsonAsync(writer =>
        {
            Head(writer, period);
            writer.WriteString("previous", period.Previous.Key);
            writer.WriteString("currency", settings.Currency);
            Teams(writer, actor, by != PerformanceBy.Person ? [] : now.Select(row => Guid.TryParse(row.Key, out var id) ? id : (Guid?)null));
            writer.WriteStartArray("rows");
            foreach (var row in now)
            {
                writer.WriteStartObject();
                if (by != PerformanceBy.Person)
                {
                    var key = row.Key.Length == 0 ? null : row.Key;
                    writer.WriteString("id", key);
                    writer.WriteString("name", key is null ? null : by == PerformanceBy.Product ? names.GetValueOrDefault(key) : key);
                }
                else
                {
                    Person(writer, actor, Guid.TryParse(row.Key, out var id) ? id : null);
                }

                Figures(writer, row);
                writer.WriteStartObject("before");
                Figures(writer, before.GetValueOrDefault(row.Key) ?? new PerformanceRow(row.Key));
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            Targets(writer, targets);
        });
    }

    private static void Figures(Utf8JsonWriter writer, PerformanceRow row)
    {
        writer.WriteNumber("activities", row.Activities);
        writer.WriteNumber("visits", row.Visits);
        writer.WriteNumber("leads", row.Leads);
        writer.WriteNumber("converted", row.Converted);
        writer.WriteNumber("made", row.Made);
        writer.WriteNumber("won", row.Won);
        writer.WriteNumber("lost", row.Lost);
        writer.WriteNumber("cycleDays", row.CycleDays);
        Amount(writer, "amount", row.Amount);
        Amount(writer, "ordered", row.Ordered);
        Amount(writer, "margin", row.Margin);
        Amount(writer, "winRate", (decimal?)row.WinRate * 100);
        Amount(writer, "conversion", (decimal?)row.Conversion * 100);
    }

    private static async Task CompetitorsAsync(HttpContext http)
    {
        var (actor, workspace, period) = (http.Actor(), http.Workspace(), Period(http));
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var rows = await PerformanceReport.CompetitorsAsync(session, actor, period, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            Head(writer, period);
            writer.WriteStartArray("items");
            foreach (var row in rows)
            {
                writer.WriteStartObject();
                writer.WriteString("name", row.Name);
                writer.WriteNumber("won", row.Won);
                writer.WriteNumber("lost", row.Lost);
                Amount(writer, "wonAmount", row.WonAmount);
                Amount(writer, "lostAmount", row.LostAmount);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
