using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Guanxi.Database;
using Guanxi.Insight.Laboratory;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;

namespace Guanxi.Insight.Value;

/// <summary>How the customers one sees went from tier to tier between two months that were reckoned, and who they are.</summary>
public static partial class TierFlows
{
    public const int Longest = 500;

    /// <summary>The tier of a customer who had not ordered yet, or has no orders any more.</summary>
    public const string None = "none";

    private const string Columns = "name,owner,province,value.tier,value.current,value.alive,value.lastOrderOn";

    private static readonly string[] Tiers = [.. Standing.Tiers, None];

    /// <summary>Two months; the first and the last that were reckoned where none are asked for.</summary>
    private sealed record Stretch(string From, string To)
    {
        /// <exception cref="RefusedException">A month is written otherwise, was not reckoned, or the second does not come after the first.</exception>
        public static async Task<(Stretch? Asked, IReadOnlyList<string> Months)> ReadAsync(DatabaseSession session, string? from, string? to, CancellationToken cancel)
        {
            foreach (var (name, text) in new[] { ("from", from), ("to", to) })
            {
                if (!string.IsNullOrEmpty(text) && !Month().IsMatch(text))
                {
                    throw new RefusedException(Refusal.Invalid(name, ("月份写作 2026-05", "A month is written like 2026-05")));
                }
            }

            var months = await MonthsAsync(session, cancel);
            if (months.Count < 2)
            {
                return (null, months);
            }

            // A year back where there is as much: the seasons are the same then.
            var last = string.IsNullOrEmpty(to) ? months[^1] : to;
            var before = DateOnly.ParseExact(last + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture).AddMonths(-12).ToString("yyyy-MM", CultureInfo.InvariantCulture);
            var first = string.IsNullOrEmpty(from) ? months.FirstOrDefault(month => string.CompareOrdinal(month, before) >= 0) ?? months[0] : from;
            foreach (var (name, month) in new[] { ("from", first), ("to", last) })
            {
                if (!months.Contains(month, StringComparer.Ordinal))
                {
                    throw new RefusedException(Refusal.Invalid(name, new Label($"{month} 没有计算过客户价值；有的月份是 {months[0]} 至 {months[^1]}", $"Customer value was not reckoned in {month}; it was from {months[0]} to {months[^1]}")));
                }
            }

            return string.CompareOrdinal(first, last) < 0 ? (new Stretch(first, last), months) : throw new RefusedException(Refusal.Invalid("to", ("结束月份应晚于开始月份", "The month it ends should come after the one it begins with")));
        }

        /// <summary>Month by month over the index: there are few of them and a million rows in each.</summary>
        private static async Task<List<string>> MonthsAsync(DatabaseSession session, CancellationToken cancel)
        {
            var months = new List<string>();
            var after = "";
            while (await session.ScalarAsync<string>(Sql.Of($"SELECT MIN(period) FROM customer_value_month WHERE period > {after}"), cancel) is { } next)
            {
                months.Add(after = next);
            }

            return months;
        }
    }

    /// <summary>Writes <c>months</c>, and of the stretch the matrix with counts and shares of each row.</summary>
    /// <exception cref="RefusedException">The actor may not read values, or a month cannot be.</exception>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, string? from, string? to, DateTimeOffset now, CancellationToken cancel = default)
    {
        Demand(actor);
        var (stretch, months) = await Stretch.ReadAsync(session, from, to, cancel);
        writer.WriteStartArray("months");
        foreach (var month in months)
        {
            writer.WriteStringValue(month);
        }

        writer.WriteEndArray();
        writer.WriteString("from", stretch?.From);
        writer.WriteString("to", stretch?.To);
        var counts = new long[Tiers.Length, Tiers.Length];
        if (stretch is not null)
        {
            foreach (var (was, @is, count) in await session.ListAsync(Sql.Of($"SELECT a.tier, b.tier, COUNT(*)").Append(Who(actor, stretch, now)).Append(" GROUP BY a.tier, b.tier"), row => (row.OptionalText(0), row.OptionalText(1), row.Integer(2)), cancel))
            {
                counts[Place(was), Place(@is)] += count;
            }
        }

        var changed = stretch is not null && await TierRules.OfAsync(session, stretch.From, cancel) is { } then && await TierRules.OfAsync(session, stretch.To, cancel) is { } since && !TierRules.Same(then, since);
        writer.Findings(changed ? [new Finding("rules-changed", FindingWeight.Warning, $"The rules of the tiers were changed between {stretch!.From} and {stretch.To}: part of these moves is their doing and none of the customers'.")] : [], actor.Language);
        writer.WriteStartArray("rows");
        for (var i = 0; i < Tiers.Length; i++)
        {
            var sum = Enumerable.Range(0, Tiers.Length).Sum(k => counts[i, k]);
            writer.WriteStartObject();
            writer.WriteString("tier", Tiers[i]);
            writer.WriteNumber("customers", sum);
            writer.WriteStartArray("cells");
            for (var k = 0; k < Tiers.Length; k++)
            {
                writer.WriteStartObject();
                writer.WriteString("tier", Tiers[k]);
                writer.WriteNumber("customers", counts[i, k]);
                writer.WriteNumber("share", sum == 0 ? 0 : Math.Round(counts[i, k] / (double)sum, 4));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes <c>items</c>: the customers of one cell of the matrix, those worth most first, as a list shows them, with what they brought then and now.</summary>
    /// <exception cref="RefusedException">The actor may not read values, a month or tier cannot be, or nothing was reckoned.</exception>
    public static async Task WriteCustomersAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, string? from, string? to, string? was, string? @is, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        Demand(actor);
        foreach (var (name, tier) in new[] { ("was", was), ("is", @is) })
        {
            if (!Tiers.Contains(tier, StringComparer.Ordinal))
            {
                throw new RefusedException(Refusal.Invalid(name, new Label($"层级应为 {string.Join("、", Tiers)}", $"A tier is one of {string.Join(", ", Tiers)}")));
            }
        }

        var (stretch, _) = await Stretch.ReadAsync(session, from, to, cancel);
        if (stretch is null)
        {
            throw new RefusedException(ValueRefusals.NothingReckoned);
        }

        Sql Is(string side, string? tier) => tier == None ? new Sql().Append($" AND {side}.tier IS NULL") : new Sql().Append($" AND {side}.tier = ").Value(tier);
        var found = await session.ListAsync(
            new Sql().Append("SELECT c.id, a.current, b.current").Append(Who(actor, stretch, now)).Append(Is("a", was)).Append(Is("b", @is)).Append(" ORDER BY COALESCE(b.current, a.current) DESC, c.id").Append(Sql.Of($" LIMIT {Math.Clamp(limit, 1, Longest)}")),
            row => (Id: row.Id(0), Before: row.OptionalInteger(1), After: row.OptionalInteger(2)), cancel);
        writer.WriteStartArray("items");
        if (found.Count > 0)
        {
            var type = actor.Schema["customers"];
            var columns = string.Join(',', Columns.Split(',').Where(name => actor.On(type, type[name]) != FieldRight.Hidden));
            var query = ListQuery.Parse(actor, type, null, null, columns) with { Limit = found.Count, Filter = new FilterNode.Compare("id", "in", [.. found.Select(one => new FilterValue(one.Id.ToString(), true))]) };
            var buffer = new ArrayBufferWriter<byte>(64 * 1024);
            await ListReader.WriteAsync(buffer, session, actor, query, now, cancel);
            using var list = JsonDocument.Parse(buffer.WrittenMemory);
            var rows = list.RootElement.GetProperty("items").EnumerateArray().ToDictionary(row => row.GetProperty("id").GetGuid());
            foreach (var one in found.Where(one => rows.ContainsKey(one.Id)))
            {
                writer.WriteStartObject();
                writer.WritePropertyName("customer");
                rows[one.Id].WriteTo(writer);
                Amount(writer, "before", one.Before);
                Amount(writer, "after", one.After);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }

    private static void Demand(Actor actor)
    {
        var type = actor.Schema["customers"];
        if (!actor.Has(Functions.ReadValue) || !actor.Reads(type, type["value.tier"]) || !actor.Reads(type, type["value.current"]))
        {
            throw new RefusedException(ValueRefusals.NoRight);
        }
    }

    /// <summary>The customers one sees who were in a tier in either month.</summary>
    private static Sql Who(Actor actor, Stretch stretch, DateTimeOffset now) =>
        Sql.Of($" FROM customer c LEFT JOIN customer_value_month a ON a.record_id = c.id AND a.period = {stretch.From} LEFT JOIN customer_value_month b ON b.record_id = c.id AND b.period = {stretch.To} WHERE c.deleted_at IS NULL AND (a.tier IS NOT NULL OR b.tier IS NOT NULL) AND ")
            .Append(AccessDoor.For(actor, actor.Schema["customers"], Verb.Read, now).Condition("c"));

    private static int Place(string? tier) => tier is null ? Tiers.Length - 1 : Math.Max(0, Array.IndexOf(Tiers, tier));

    private static void Amount(Utf8JsonWriter writer, string name, long? stored)
    {
        if (stored is { } amount)
        {
            writer.WriteNumber(name, amount / Money.Scale);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    [GeneratedRegex("^[0-9]{4}-(0[1-9]|1[0-2])$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Month();
}
