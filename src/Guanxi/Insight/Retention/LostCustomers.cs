using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Science.Experiments;

namespace Guanxi.Insight.Retention;

/// <summary>Who was lost: of the buyers, where are those who are more likely gone than not found more often than elsewhere.</summary>
public static class LostCustomers
{
    /// <summary>Groups of fewer say nothing.</summary>
    private const int Fewest = 10;

    private const int GroupsShown = 8;
    private static readonly string[] Fields = ["industry", "province", "size", "source", "owner", "value.tierBefore"];

    private sealed record Group(string Key, long Customers, long Lost, double Value);

    /// <summary>Writes how many were lost and, field by field, the groups that lost most for their size.</summary>
    /// <param name="writer">An open object.</param>
    /// <param name="session">Where to read.</param>
    /// <param name="actor">Somebody who sees every customer.</param>
    /// <param name="riskBelow">Below which probability a customer is taken for lost, 0…1.</param>
    /// <param name="cancel">Breaks off.</param>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, double riskBelow, CancellationToken cancel = default)
    {
        var type = actor.Schema["customers"];
        var (customers, lost, value) = await session.FirstAsync(
            Sql.Of($"SELECT COUNT(*), SUM(CASE WHEN v.alive < {riskBelow} THEN 1 ELSE 0 END), SUM(CASE WHEN v.alive < {riskBelow} THEN v.at_risk / 100 ELSE 0 END) FROM customer_value v JOIN customer c ON c.id = v.record_id WHERE c.deleted_at IS NULL AND v.purchases > 0"), row => (row.Integer(0), row.IsNull(1) ? 0 : row.Integer(1), Number(row, 2)), cancel);
        writer.WriteNumber("customers", customers);
        writer.WriteNumber("lost", lost);
        writer.WriteNumber("value", Math.Round(value / 100, 2));
        writer.WriteStartArray("fields");
        foreach (var field in Fields.Select(name => type[name]).Where(field => customers > 0 && actor.Reads(type, field)))
        {
            var column = new SqlName((field.Beside is null ? "c." : "v.") + field.Column);
            var groups = await session.ListAsync(
                Sql.Of($"SELECT {column}, COUNT(*), SUM(CASE WHEN v.alive < {riskBelow} THEN 1 ELSE 0 END), SUM(CASE WHEN v.alive < {riskBelow} THEN v.at_risk / 100 ELSE 0 END) FROM customer_value v JOIN customer c ON c.id = v.record_id WHERE c.deleted_at IS NULL AND v.purchases > 0 AND {column} IS NOT NULL GROUP BY {column} HAVING COUNT(*) >= {Fewest}"),
                row => new Group(field.Kind == FieldKind.Reference ? row.Id(0).ToString() : row.Text(0), row.Integer(1), row.Integer(2), Number(row, 3)), cancel);
            Write(writer, actor, field, groups, (double)lost / customers);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Actor actor, Field field, List<Group> groups, double usual)
    {
        if (groups.Count == 0)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("field", field.Name);
        writer.WriteString("label", field.Label.In(actor.Language));
        writer.WriteStartArray("groups");
        foreach (var group in groups.OrderByDescending(group => (double)group.Lost / group.Customers).ThenByDescending(group => group.Customers).Take(GroupsShown))
        {
            var share = TwoGroups.Share(group.Lost, group.Customers);
            writer.WriteStartObject();
            writer.WriteString("value", group.Key);
            writer.WriteString("label", Label(actor, field, group.Key));
            writer.WriteNumber("customers", group.Customers);
            writer.WriteNumber("lost", group.Lost);
            writer.WriteNumber("share", Math.Round(share.Value, 4));
            writer.WriteNumber("low", Math.Round(share.Low, 4));
            writer.WriteNumber("high", Math.Round(share.High, 4));
            if (usual > 0)
            {
                writer.WriteNumber("times", Math.Round(share.Value / usual, 2));
            }

            // More than chance would have: even the lower bound lies above what is usual.
            writer.WriteBoolean("clear", share.Low > usual || share.High < usual);
            writer.WriteNumber("amount", Math.Round(group.Value / 100, 2));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Label(Actor actor, Field field, string key) => field.Kind == FieldKind.Reference
        ? actor.Directory.Person(Guid.Parse(key))?.Name ?? ""
        : field.Choices.FirstOrDefault(choice => choice.Value == key)?.Label.In(actor.Language) ?? key;

    private static double Number(Row row, int ordinal) => row.IsNull(ordinal) ? 0 : Convert.ToDouble(row.Any(ordinal), CultureInfo.InvariantCulture);
}
