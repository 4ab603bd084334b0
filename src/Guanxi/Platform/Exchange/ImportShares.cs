using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Who gets how much by an import: said before it, and told once to each afterwards instead of once a row.</summary>
internal static class ImportShares
{
    private const int Most = 20;

    /// <summary>The owners with the most new records, and how many they have of those that the importer sees.</summary>
    public static async Task<IReadOnlyList<ImportShare>> OfAsync(Workspace workspace, ImportPlan plan, IReadOnlyDictionary<Guid, long> owners, CancellationToken cancel)
    {
        if (owners.Count == 0 || plan.Type.Find("owner") is not { Reference: "users" } owner)
        {
            return [];
        }

        var first = owners.OrderByDescending(item => item.Value).Take(Most).ToList();
        await using var session = await workspace.Database.ReadAsync(cancel);
        var has = (await session.ListAsync(
            new Sql().Append($"SELECT t.{owner.Column}, COUNT(*) FROM {plan.Type.Table} t WHERE t.deleted_at IS NULL AND t.{owner.Column} IN ").List(first.Select(item => item.Key)).Append(" AND ").Append(AccessDoor.For(plan.Actor, plan.Type, Verb.Read, workspace.Now).Condition("t")).Append($" GROUP BY t.{owner.Column}"),
            row => (Owner: row.Id(0), Count: row.Integer(1)),
            cancel)).ToDictionary(item => item.Owner, item => item.Count);
        return [.. first.Select(item => new ImportShare(item.Key == Guid.Empty ? null : item.Key, item.Value, has.GetValueOrDefault(item.Key)))];
    }

    /// <summary>Tells those who now own what somebody else imported.</summary>
    public static async Task TellAsync(SaveContext context, Guid batch, RecordType type)
    {
        if (type.Find("owner") is not { Reference: "users" } owner || type.Access != AccessKind.Owned)
        {
            return;
        }

        var owners = await context.Session.ListAsync(
            new Sql().Append($"SELECT t.{owner.Column}, COUNT(*) FROM ledger l JOIN {type.Table} t ON t.id = l.record_id WHERE l.batch_id = ").Value(batch).Append(" AND l.record_type = ").Value(type.Name).Append($" AND l.action = 'create' AND t.{owner.Column} IS NOT NULL GROUP BY t.{owner.Column}"),
            row => (Owner: row.Id(0), Count: row.Integer(1)));
        foreach (var (receiver, count) in owners.Where(item => item.Owner != context.Actor.Id).Take(200))
        {
            await Notifications.TellAsync(context, receiver, "assigned", type.Label, new Label($"{{0}} 导入了 {count} 条{type.Label.ZhHans}，由你负责", $"{{0}} imported {count} {type.Label.En.ToLowerInvariant()} that are yours"));
        }
    }
}
