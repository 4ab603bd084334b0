using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;

namespace Guanxi.Customers.Pools;

/// <summary>Keeps owners within their limit, however a customer comes to them: entered, claimed, assigned, handed over or imported.</summary>
public static class Holdings
{
    /// <summary>Before a customer becomes somebody's.</summary>
    /// <exception cref="RefusedException">He has as many as his rule allows.</exception>
    public static async ValueTask CheckAsync(SaveContext context, Record customer)
    {
        var directory = context.Actor.Directory;
        if (context.Actor.IsSystem || customer.OwnerId is not { } owner || directory.Holdings.For(directory, owner) is not { } limit)
        {
            return;
        }

        var session = context.Session;
        var filter = FilterParser.Parse(limit.NotCounted);
        var rules = new FilterCompiler(Platform.Access.Actor.System(directory, context.Schema), session.Dialect, context.Now) { ForMembership = true };
        Sql Counted() => filter is null ? new Sql() : new Sql().Append(" AND (").Append(rules.Compile(filter, customer.Type, "t")).Append(") IS NOT TRUE");
        if (filter is not null && (customer.IsNew ? Fits(customer, filter) : await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer t WHERE t.id = {customer.Id}").Append(Counted())) == 0))
        {
            return;
        }

        await PoolCustomers.HoldAsync(session, owner, CancellationToken.None);
        if (context.Held is not { } held || !held.TryGetValue(owner, out var has))
        {
            has = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT 1 FROM customer t WHERE t.owner_id = {owner} AND t.deleted_at IS NULL AND t.id <> {customer.Id}").Append(Counted()).Append(" LIMIT ").Value(limit.Most).Append(") x"));
        }

        if (has >= limit.Most)
        {
            throw new RefusedException(owner == context.Actor.Id ? PoolRefusals.Held(limit.Most) : PoolRefusals.OtherHolds(directory.Person(owner)?.Name ?? "", limit.Most));
        }

        if (context.Held is { } counts)
        {
            counts[owner] = has + 1;
        }
    }

    /// <summary>Whether a record that is not stored yet fits a filter, by its own values; what a filter asks about things that belong to it cannot be there yet.</summary>
    internal static bool Fits(Record record, FilterNode node) => node switch
    {
        FilterNode.And and => and.Items.All(item => Fits(record, item)),
        FilterNode.Or or => or.Items.Any(item => Fits(record, item)),
        FilterNode.Not not => !Fits(record, not.Item),
        FilterNode.Compare compare when record.Type.Find(compare.Path) is { } field => Fits(record[field], compare),
        _ => false,
    };

    private static bool Fits(object? value, FilterNode.Compare compare)
    {
        bool Is(FilterValue wanted) => wanted is { Quoted: false, Text: "null" } ? value is null
            : value is string[] items ? items.Contains(wanted.Text, StringComparer.OrdinalIgnoreCase)
            : string.Equals(value is bool yes ? (yes ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture), wanted.Text, StringComparison.OrdinalIgnoreCase);
        return compare.Operator switch
        {
            "!=" => !compare.Values.Any(Is),
            "=" or "in" or "IN" => compare.Values.Any(Is),
            _ => value is long number && compare.Values is [var bound] && decimal.TryParse(bound.Text, CultureInfo.InvariantCulture, out var limit) && compare.Operator switch
            {
                ">" => number > limit,
                ">=" => number >= limit,
                "<" => number < limit,
                "<=" => number <= limit,
                _ => false,
            },
        };
    }
}
