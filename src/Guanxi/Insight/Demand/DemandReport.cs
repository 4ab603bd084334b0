using System.Buffers;
using System.Text;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Demand;

/// <summary>The demand for products as kept by the last run, and the customers behind a gap.</summary>
public static class DemandReport
{
    private const string Kind = "demand";
    private const int MostBehind = 200;

    /// <summary>Reads the orders of two years and keeps the report.</summary>
    public static async Task RunAsync(Workspace workspace, DateOnly asOf, CancellationToken cancel = default)
    {
        var text = Write(await ProductDemand.ReadAsync(workspace, asOf, cancel));
        var (id, at) = (Guid.CreateVersion7(workspace.Now), workspace.Now);
        await workspace.Database.WriteAsync(
            async session =>
            {
                var json = new SqlName(session.Dialect.JsonParameter);
                return await session.ExecuteAsync(Sql.Of($"INSERT INTO insight_report (id, kind, at, as_of, report) VALUES ({id}, {Kind}, {at}, {asOf}, {text}{json})"), cancel);
            },
            cancel);
    }

    private static string Write(ProductDemand demand)
    {
        var output = new ArrayBufferWriter<byte>(16_384);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("asOf", demand.AsOf.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
            writer.WriteNumber("lines", demand.Lines);
            Money(writer, "withoutProduct", demand.WithoutProduct);
            writer.WriteStartArray("products");
            foreach (var product in demand.Products)
            {
                writer.WriteStartObject();
                writer.WriteString("id", product.Product);
                Money(writer, "lastYear", product.LastYear);
                Money(writer, "yearBefore", product.YearBefore);
                writer.WriteNumber("quantity", Math.Round(product.Quantity, 3));
                writer.WriteNumber("customers", product.Customers);
                writer.WriteStartArray("months");
                foreach (var month in product.Months)
                {
                    writer.WriteNumberValue(Math.Round(month, 2));
                }

                writer.WriteEndArray();
                writer.WriteStartArray("forecast");
                foreach (var (mean, low, high) in product.Forecast)
                {
                    writer.WriteStartArray();
                    writer.WriteNumberValue(Math.Round(mean, 2));
                    writer.WriteNumberValue(Math.Round(low, 2));
                    writer.WriteNumberValue(Math.Round(high, 2));
                    writer.WriteEndArray();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("gaps");
            foreach (var gap in demand.Gaps)
            {
                writer.WriteStartObject();
                writer.WriteString("has", gap.Has);
                writer.WriteString("lacks", gap.Lacks);
                writer.WriteNumber("together", gap.Together);
                writer.WriteNumber("confidence", Math.Round(gap.Confidence, 4));
                writer.WriteNumber("lift", Math.Round(gap.Lift, 2));
                writer.WriteNumber("customers", gap.Customers);
                Money(writer, "worth", gap.Worth);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Money(Utf8JsonWriter writer, string name, double amount) => writer.WriteNumber(name, double.IsFinite(amount) ? Math.Round(amount, 2) : 0);

    /// <summary>Writes the last report with the names of its products; nothing where there was no run.</summary>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, CancellationToken cancel = default)
    {
        var text = await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM insight_report WHERE kind = {Kind} ORDER BY at DESC LIMIT 1"), cancel);
        writer.WritePropertyName("report");
        writer.WriteRawValue(text ?? "null");
        writer.WriteStartObject("names");
        if (text is not null)
        {
            using var report = JsonDocument.Parse(text);
            var ids = report.RootElement.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("id").GetGuid())
                .Concat(report.RootElement.GetProperty("gaps").EnumerateArray().SelectMany(gap => new[] { gap.GetProperty("has").GetGuid(), gap.GetProperty("lacks").GetGuid() })).Distinct().ToList();
            if (ids.Count > 0)
            {
                foreach (var (id, name) in await session.ListAsync(Sql.Of($"SELECT id, name FROM product WHERE id IN ").List(ids), row => (row.Id(0), row.Text(1)), cancel))
                {
                    writer.WriteString(id.ToString(), name);
                }
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Customers with the one product and without the other in the last 365 days, as far as the actor sees them; who spent most on the first comes first.</summary>
    public static async Task WriteBehindAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid has, Guid lacks, DateTimeOffset now, CancellationToken cancel = default)
    {
        var since = actor.Today(now).AddDays(-365);
        var bought = Sql.Of($"o.deleted_at IS NULL AND l.deleted_at IS NULL AND o.status NOT IN ('draft', 'cancelled') AND o.kind = 'sale' AND o.ordered_on > {since}");
        var sql = Sql.Of($"SELECT t.id, t.name, SUM(l.total / 100) FROM order_line l JOIN sales_order o ON o.id = l.order_id JOIN customer t ON t.id = o.customer_id WHERE {bought} AND l.product_id = {has} AND t.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM order_line x JOIN sales_order y ON y.id = x.order_id WHERE x.product_id = {lacks} AND y.customer_id = t.id AND x.deleted_at IS NULL AND y.deleted_at IS NULL AND y.status NOT IN ('draft', 'cancelled') AND y.kind = 'sale' AND y.ordered_on > {since}) AND ")
            .Append(AccessDoor.For(actor, actor.Schema["customers"], Verb.Read, now).Condition("t")).Append($" GROUP BY t.id, t.name ORDER BY 3 DESC, t.id LIMIT {MostBehind}");
        writer.WriteStartArray("items");
        foreach (var (id, name) in await session.ListAsync(sql, row => (row.Id(0), row.Text(1)), cancel))
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("name", name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
