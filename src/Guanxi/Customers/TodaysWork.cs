using System.Buffers;
using System.Text.Json;
using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Customers;

/// <summary>What waits for a person today. Every number comes with the filter whose list has just as many rows.</summary>
public static class TodaysWork
{
    private const int Shown = 20;
    private const int UntouchedDays = 30;

    public static async Task WriteAsync(IBufferWriter<byte> output, DatabaseSession session, Actor actor, DateTimeOffset now, CancellationToken cancel = default)
    {
        await using var writer = new Utf8JsonWriter(output, ListReader.Json);
        writer.WriteStartObject();
        var counts = new Dictionary<string, (string Type, string Filter, long Count)>(StringComparer.Ordinal);
        await SectionAsync("overdue", "activities", "owner = me AND status = planned AND dueAt < today", "dueAt");
        await SectionAsync("today", "activities", "owner = me AND status = planned AND dueAt = today", "dueAt");
        await SectionAsync("upcoming", "activities", "owner = me AND status = planned AND dueAt > today AND dueAt < today+8d", "dueAt");
        await SectionAsync("birthdays", "customers", "owner = me AND nextBirthday >= today AND nextBirthday < today+7d", "nextBirthday");
        await SectionAsync("contactBirthdays", "contacts", "owner = me AND nextBirthday >= today AND nextBirthday < today+7d", "nextBirthday");
        // Who has waited longest comes first, and after them those whom nobody has called yet.
        await SectionAsync("untouched", "customers", $"owner = me AND (lastActivityAt = null OR lastActivityAt < today-{UntouchedDays}d)", "lastActivityAt");
        if (await VisitsDueAsync(session, cancel) is { } due && actor.Schema["customers"].Find(TierPolicy.TierField) is not null)
        {
            await SectionAsync("visitsDue", "customers", due, "lastActivityAt");
        }

        writer.WriteStartObject("counts");
        foreach (var (name, item) in counts)
        {
            writer.WriteNumber(name, item.Count);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("filters");
        foreach (var (name, item) in counts)
        {
            writer.WriteStartObject(name);
            writer.WriteString("type", item.Type);
            writer.WriteString("filter", item.Filter);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        await RecentAsync(writer, session, actor, now, cancel);
        await WeekAsync(writer, session, actor, now, cancel);
        writer.WriteEndObject();

        async Task SectionAsync(string name, string typeName, string filter, string sort)
        {
            var type = actor.Schema[typeName];
            writer.WriteStartArray(name);
            if (actor.On(type).Read != Reach.None && type.Fields.Where(field => filter.Contains(field.Name, StringComparison.Ordinal)).All(field => actor.Reads(type, field)))
            {
                var query = ListQuery.Parse(actor, type, filter, sort, limit: Shown);
                var sql = new ListSql(actor, query, session.Dialect, now);
                var left = Shown;
                foreach (var emptyPhase in ListReader.Phases(query).TakeWhile(_ => left > 0))
                {
                    await using var reader = await session.ReadAsync(sql.Page(emptyPhase, left), cancel);
                    for (; left > 0 && await reader.ReadAsync(cancel); left--)
                    {
                        RecordJson.WriteRow(writer, actor, sql.Plan, reader, session.Dialect);
                        sql.NoteRead(reader);
                    }
                }

                counts[name] = (typeName, filter, await session.ScalarAsync<long>(sql.Count(1000), cancel));
            }

            writer.WriteEndArray();
        }
    }

    /// <summary>Own customers with whom nobody was in touch for as long as their tier allows; null when no tier says how long.</summary>
    private static async Task<string?> VisitsDueAsync(DatabaseSession session, CancellationToken cancel)
    {
        var tiers = (await TierPolicy.ReadAsync(session, cancel)).Where(tier => tier.Value.VisitDays is not null).ToList();
        return tiers.Count == 0 ? null : $"owner = me AND ({string.Join(" OR ", tiers.Select(tier => $"({TierPolicy.TierField} = {tier.Key} AND (lastActivityAt = null OR lastActivityAt < today-{tier.Value.VisitDays}d))"))})";
    }

    /// <summary>The customers one worked on last.</summary>
    private static async Task RecentAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        var type = actor.Schema["customers"];
        writer.WriteStartArray("recent");
        if (actor.On(type).Read != Reach.None)
        {
            var sql = new Sql().Append("SELECT t.id, t.name, MAX(a.at) FROM (SELECT customer_id, at FROM activity WHERE owner_id = ").Value(actor.Id)
                .Append(" AND deleted_at IS NULL AND at <= ").Value(now).Append(" ORDER BY at DESC LIMIT 60) a JOIN customer t ON t.id = a.customer_id WHERE t.deleted_at IS NULL AND ")
                .Append(AccessDoor.For(actor, type, Verb.Read, now).Condition(session.Dialect.IsSqlite ? "+t" : "t")).Append(" GROUP BY t.id, t.name ORDER BY 3 DESC LIMIT 8");
            foreach (var (id, name) in await session.ListAsync(sql, row => (row.Id(0), row.Text(1)), cancel))
            {
                writer.WriteStartObject();
                writer.WriteString("type", "customers");
                writer.WriteString("id", id);
                writer.WriteString("title", name);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }

    private static async Task WeekAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        var week = Period.Parse("thisWeek", now, actor.TimeZone)!.Value;
        var (done, customers) = await session.FirstAsync(
            Sql.Of($"SELECT COUNT(*), COUNT(DISTINCT customer_id) FROM activity WHERE owner_id = {actor.Id} AND at >= {week.From} AND at < {week.Until} AND status = 'done' AND deleted_at IS NULL"), row => (row.Integer(0), row.Integer(1)), cancel);
        var made = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer WHERE owner_id = {actor.Id} AND created_at >= {week.From} AND created_at < {week.Until} AND deleted_at IS NULL"), cancel);
        writer.WriteStartObject("week");
        writer.WriteNumber("activities", done);
        writer.WriteNumber("customers", customers);
        writer.WriteNumber("new", made);
        writer.WriteEndObject();
    }
}
