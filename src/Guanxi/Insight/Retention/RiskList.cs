using System.Buffers;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Value;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Retention;

/// <summary>Customers who may be going, those with most to lose first, each with the reasons and what to do about it. A list of customers like any other: rights, filters and masks hold.</summary>
public static class RiskList
{
    public const int Longest = 200;
    private const string Columns = "name,owner,province,city,phone,value.tier,value.atRisk,value.current,value.alive,value.late,value.rhythm,value.lastOrderOn,lastActivityAt";

    /// <summary>The condition that a customer may be going: more likely gone than the rules allow, or twice as late as its own rhythm; and something would go with it.</summary>
    public static string Filter(ValueSettings settings, string? more)
    {
        var risk = FormattableString.Invariant($"(value.atRisk > 0 AND (value.alive < {settings.RiskBelow / 100} OR value.late >= 2))");
        return string.IsNullOrWhiteSpace(more) ? risk : $"{risk} AND ({more})";
    }

    public static void Demand(Actor actor)
    {
        if (!actor.Has(Functions.ReadValue))
        {
            throw new RefusedException(ValueRefusals.NoRight);
        }
    }

    /// <summary>Writes <c>items</c> and how many there are.</summary>
    /// <exception cref="RefusedException">The actor may not read values, or the filter cannot be read.</exception>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, string? filter, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        Demand(actor);
        var type = actor.Schema["customers"];
        var settings = await ValueSettings.ReadAsync(session, cancel);
        var columns = string.Join(',', Columns.Split(',').Where(name => actor.On(type, type[name]) != FieldRight.Hidden));
        // A filter that breaks out of its brackets would widen the list only to what the actor sees anyway.
        var query = ListQuery.Parse(actor, type, Filter(settings, filter), "-value.atRisk", columns, Math.Clamp(limit, 1, Longest), count: "true");
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        await ListReader.WriteAsync(buffer, session, actor, query, now, cancel);
        using var list = JsonDocument.Parse(buffer.WrittenMemory);
        var customers = list.RootElement.GetProperty("items").EnumerateArray().ToList();
        var facts = await RiskFactReader.ReadAsync(session, actor, [.. customers.Select(customer => customer.GetProperty("id").GetGuid())], settings.UsualMargin / 100, now, cancel);
        writer.WriteStartArray("items");
        foreach (var customer in customers)
        {
            if (!facts.TryGetValue(customer.GetProperty("id").GetGuid(), out var known))
            {
                continue;
            }

            writer.WriteStartObject();
            writer.WritePropertyName("customer");
            customer.WriteTo(writer);
            var reasons = RiskReasons.Of(known);
            writer.WriteStartArray("reasons");
            foreach (var reason in reasons)
            {
                writer.WriteStartObject();
                writer.WriteString("code", reason.Code);
                writer.WriteString("sentence", reason.Sentence.In(actor.Language));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            var advice = RiskReasons.Advise(known, reasons);
            writer.WriteStartObject("advice");
            writer.WriteString("code", advice.Code);
            writer.WriteString("kind", advice.Kind);
            writer.WriteString("sentence", advice.Sentence.In(actor.Language));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (list.RootElement.TryGetProperty("count", out var count))
        {
            writer.WritePropertyName("count");
            count.WriteTo(writer);
        }
    }
}
