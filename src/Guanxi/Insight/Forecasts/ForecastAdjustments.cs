using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Targets;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Forecasts;

/// <summary>A manager's number for a person's period, kept beside what the deals say, with a note. Nothing in the deals changes.</summary>
public static class ForecastAdjustments
{
    /// <summary>The last ones of a period by person, of those whose deals the actor reaches.</summary>
    public static async Task<IReadOnlyDictionary<Guid, Adjustment>> ReadAsync(DatabaseSession session, Actor actor, SalesPeriod period, DateTimeOffset now, CancellationToken cancel = default)
    {
        var door = AccessDoor.For(actor, actor.Schema["deals"], Verb.Read, now);
        var all = await session.ListAsync(
            Sql.Of($"SELECT a.person_id, a.amount, a.note, a.at, a.by_id FROM forecast_adjustment a WHERE a.period = {period.Key} ORDER BY a.seq"),
            row => new Adjustment(row.OptionalId(0), row.OptionalInteger(1) is { } amount ? amount / Money.Scale : null, row.Text(2), row.Instant(3), row.Id(4)), cancel);
        return all.Where(item => item.Person is { } person && (door.Everything || door.Owners.Contains(person))).GroupBy(item => item.Person!.Value).Select(group => group.Last()).Where(item => item.Amount is not null).ToDictionary(item => item.Person!.Value);
    }

    /// <summary>Sets or, without an amount, takes away one's number for somebody's period.</summary>
    /// <exception cref="RefusedException">The right is missing, it is for oneself or somebody else's people, or the note is.</exception>
    public static async Task SetAsync(SaveContext context, SalesPeriod period, Guid person, decimal? amount, string? note, CancellationToken cancel = default)
    {
        var actor = context.Actor;
        actor.Demand(Functions.ManageTargets);
        ForecastSql.DemandAmounts(actor);
        var door = AccessDoor.For(actor, actor.Schema["deals"], Verb.Read, context.Now);
        if (actor.Directory.Person(person) is null || !(door.Everything || door.Owners.Contains(person)))
        {
            throw new RefusedException(Refusal.Invalid("person", ("只能调整自己团队成员的预测", "Only the forecast of one's own people can be adjusted")));
        }

        if (amount is < 0 or > 900_000_000_000_000m)
        {
            throw new RefusedException(Refusal.Invalid("amount", ("调整后的金额应为 0 或以上，且不能过大", "The adjusted amount is 0 or more, and not beyond what can be kept")));
        }

        if (string.IsNullOrWhiteSpace(note) || note.Length > 1000)
        {
            throw new RefusedException(Refusal.Invalid("note", ("请写明调整的理由，最多 1000 字", "Say why it is adjusted, in at most 1,000 characters")));
        }

        long? stored = amount is { } given ? (long)(decimal.Round(given, 2, MidpointRounding.AwayFromZero) * Money.Scale) : null;
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO forecast_adjustment (period, person_id, amount, note, at, by_id) VALUES ({period.Key}, {person}, {stored}, {note.Trim()}, {context.Now}, {actor.Id})"), cancel);
        context.Note("forecast.adjust", "users", person, JsonSerializer.Serialize(new Dictionary<string, object?[]>(StringComparer.Ordinal) { [$"forecast {period.Key}"] = [null, amount] }));
    }
}
