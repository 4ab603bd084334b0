using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Sales.Leads;

/// <summary>Gives a lead that nobody has to somebody, by the rules in their order.</summary>
internal static class LeadAssignment
{
    /// <summary>Sets owner and rule of a lead that is about to be saved; answers whether somebody was found.</summary>
    public static async Task<bool> AssignAsync(SaveContext context, Lead lead, CancellationToken cancel = default)
    {
        var rules = (await SearchIndex.ReadAsync(context.Session, context.Schema["lead-rules"], new Sql().Append("t.active = 1 AND t.deleted_at IS NULL ORDER BY t.position, t.seq"), cancel)).Cast<LeadRule>().Where(rule => rule.Fits(lead)).ToList();
        if (rules.Count == 0)
        {
            return false;
        }

        if (!context.Session.Dialect.IsSqlite)
        {
            // Whose turn it is and who is full is asked by one at a time, or two leads at once would go to the same person.
            await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT pg_advisory_xact_lock(4240001)) held"), cancel);
        }

        var hours = await WorkingCalendar.ReadAsync(context.Session, cancel);
        foreach (var rule in rules)
        {
            if (await ChooseAsync(context, rule, lead, hours, cancel) is { } owner)
            {
                (lead["owner"], lead["rule"]) = (owner, rule.Id);
                return true;
            }
        }

        return false;
    }

    private static async Task<Guid?> ChooseAsync(SaveContext context, LeadRule rule, Lead lead, WorkingCalendar hours, CancellationToken cancel)
    {
        if (rule["workingHours"] is true && !hours.IsOpen(context.Now))
        {
            return null;
        }

        var people = rule.Candidates(context.Actor.Directory);
        if (rule.Text("method") == "customerOwner")
        {
            var owner = await LeadCollisions.OwnerOfMatchAsync(context, lead, cancel);
            people = owner is { } one && context.Actor.Directory.Person(one) is { Active: true } && (people.Count == 0 || people.Contains(one)) ? [one] : [];
        }

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(context.Now, hours.Zone).DateTime);
        people = await PresentAsync(context, people, today, cancel);
        if (rule["perDay"] is long most)
        {
            people = await WithRoomAsync(context, people, most, new DateTimeOffset(today.ToDateTime(TimeOnly.MinValue), hours.Zone.GetUtcOffset(context.Now)).ToUniversalTime(), cancel);
        }

        return people.Count == 0 ? null : rule.Text("method") == "load" ? await LeastLoadedAsync(context, people, cancel) : await NextInTurnAsync(context, rule.Id, people, cancel);
    }

    private static async Task<IReadOnlyList<Guid>> PresentAsync(SaveContext context, IReadOnlyList<Guid> people, DateOnly today, CancellationToken cancel)
    {
        if (people.Count == 0)
        {
            return people;
        }

        var day = today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var away = await context.Session.ListAsync(new Sql().Append("SELECT id FROM app_user WHERE (away_from IS NOT NULL OR away_until IS NOT NULL) AND COALESCE(away_from, '0') <= ").Value(day).Append(" AND COALESCE(away_until, '9') >= ").Value(day), row => row.Id(0), cancel);
        return [.. people.Except(away)];
    }

    private static async Task<IReadOnlyList<Guid>> WithRoomAsync(SaveContext context, IReadOnlyList<Guid> people, long most, DateTimeOffset since, CancellationToken cancel)
    {
        var room = new List<Guid>();
        foreach (var person in people)
        {
            if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM lead WHERE owner_id = {person} AND assigned_at >= {since} AND rule_id IS NOT NULL"), cancel) < most)
            {
                room.Add(person);
            }
        }

        return room;
    }

    private static async Task<Guid> LeastLoadedAsync(SaveContext context, IReadOnlyList<Guid> people, CancellationToken cancel)
    {
        var open = (await context.Session.ListAsync(
            new Sql().Append("SELECT owner_id, COUNT(*), MAX(assigned_at) FROM lead WHERE deleted_at IS NULL AND state IN ('new', 'working', 'qualified') AND owner_id IN ").List(people).Append(" GROUP BY owner_id"),
            row => (Owner: row.Id(0), Count: row.Integer(1), Last: row.OptionalInteger(2) ?? 0), cancel)).ToDictionary(item => item.Owner, item => (item.Count, item.Last));
        return people.MinBy(person => open.GetValueOrDefault(person));
    }

    /// <summary>Whoever had one of this rule longest ago; one index entry is read for each.</summary>
    private static async Task<Guid> NextInTurnAsync(SaveContext context, Guid rule, IReadOnlyList<Guid> people, CancellationToken cancel)
    {
        var last = new Dictionary<Guid, (long At, long Row)>();
        foreach (var person in people)
        {
            last[person] = await context.Session.FirstAsync(Sql.Of($"SELECT assigned_at, seq FROM lead WHERE rule_id = {rule} AND owner_id = {person} ORDER BY assigned_at DESC, seq DESC LIMIT 1"), row => (row.OptionalInteger(0) ?? 0, row.Integer(1)), cancel);
        }

        return people.MinBy(person => last[person]);
    }
}
