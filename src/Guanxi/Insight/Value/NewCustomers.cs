using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Value;

/// <summary>Who our customers are: where those come from who bought for the first time within a year, against those before, and what either are worth.</summary>
public static class NewCustomers
{
    private const int GroupsShown = 8;
    private static readonly string[] Fields = ["source", "industry", "province", "size"];

    private sealed record Group(string Key, long Before, long Now, double Worth, double Spent);

    /// <summary>Writes how many are new, what they are worth and cost, and the groups they come from, field by field.</summary>
    /// <param name="writer">An open object.</param>
    /// <param name="session">Where to read.</param>
    /// <param name="actor">Somebody who sees every customer.</param>
    /// <param name="today">The company's day.</param>
    /// <param name="cancel">Breaks off.</param>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, DateOnly today, CancellationToken cancel = default)
    {
        var type = actor.Schema["customers"];
        var since = today.AddDays(-365);
        Sql Sums() => Sql.Of($"SUM(CASE WHEN v.first_on > {since} THEN 0 ELSE 1 END), SUM(CASE WHEN v.first_on > {since} THEN 1 ELSE 0 END), SUM(CASE WHEN v.first_on > {since} THEN v.model / 100 ELSE 0 END), SUM(CASE WHEN v.first_on > {since} THEN (v.cost_marketing + v.cost_sales) / 100 ELSE 0 END) FROM customer_value v JOIN customer c ON c.id = v.record_id WHERE c.deleted_at IS NULL AND v.purchases > 0");
        var all = await session.FirstAsync(new Sql().Append("SELECT ").Append(Sums()), row => new Group("", Whole(row, 0), Whole(row, 1), Number(row, 2), Number(row, 3)), cancel);
        var total = all ?? new Group("", 0, 0, 0, 0);
        writer.WriteNumber("before", total.Before);
        writer.WriteNumber("now", total.Now);
        Each(writer, total);
        writer.WriteStartArray("fields");
        foreach (var field in Fields.Select(name => type[name]).Where(field => total.Now > 0 && actor.Reads(type, field)))
        {
            var column = new SqlName("c." + field.Column);
            var groups = await session.ListAsync(
                Sql.Of($"SELECT {column}, ").Append(Sums()).Append(Sql.Of($" AND {column} IS NOT NULL GROUP BY {column}")), row => new Group(row.Text(0), Whole(row, 1), Whole(row, 2), Number(row, 3), Number(row, 4)), cancel);
            if (groups.Count == 0)
            {
                continue;
            }

            writer.WriteStartObject();
            writer.WriteString("field", field.Name);
            writer.WriteString("label", field.Label.In(actor.Language));
            writer.WriteStartArray("groups");
            foreach (var group in groups.OrderByDescending(group => group.Now).ThenByDescending(group => group.Before).ThenBy(group => group.Key, StringComparer.Ordinal).Take(GroupsShown))
            {
                writer.WriteStartObject();
                writer.WriteString("value", group.Key);
                writer.WriteString("label", field.Choices.FirstOrDefault(choice => choice.Value == group.Key)?.Label.In(actor.Language) ?? group.Key);
                writer.WriteNumber("before", group.Before);
                writer.WriteNumber("now", group.Now);
                // Above 1 the group brings more of the new ones than it had of the old.
                if (total.Before > 0 && group.Before > 0)
                {
                    writer.WriteNumber("index", Math.Round(group.Now / (double)total.Now / (group.Before / (double)total.Before), 2));
                }

                Each(writer, group);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>What one new customer is worth and what was spent to win and keep it.</summary>
    private static void Each(Utf8JsonWriter writer, Group group)
    {
        if (group.Now > 0)
        {
            writer.WriteNumber("worth", Math.Round(group.Worth / 100 / group.Now, 2));
            writer.WriteNumber("spent", Math.Round(group.Spent / 100 / group.Now, 2));
        }
    }

    private static long Whole(Row row, int ordinal) => row.IsNull(ordinal) ? 0 : Convert.ToInt64(row.Any(ordinal), CultureInfo.InvariantCulture);

    private static double Number(Row row, int ordinal) => row.IsNull(ordinal) ? 0 : Convert.ToDouble(row.Any(ordinal), CultureInfo.InvariantCulture);
}
