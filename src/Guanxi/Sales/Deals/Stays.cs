using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Sales.Processes;

namespace Guanxi.Sales.Deals;

/// <summary>A stay of a deal in a stage.</summary>
/// <param name="LeftAt">Empty for the stay that goes on.</param>
public sealed record Stay(int Number, string Stage, DateTimeOffset EnteredAt, Guid? EnteredBy, DateTimeOffset? LeftAt);

/// <summary>The history of a deal's stages without gaps: each stay ends when the next begins.</summary>
public static class Stays
{
    internal static async Task BeginAsync(SaveContext context, Deal deal)
    {
        var number = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COALESCE(MAX(number), 0) + 1 FROM deal_stay WHERE deal_id = {deal.Id}"));
        var (process, edition, stage) = (deal.Reference("process"), (long)deal["edition"]!, deal.Text("stage"));
        await EndAsync(context, deal.Id);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO deal_stay (deal_id, number, process_id, edition, stage, entered_at, entered_by) VALUES ({deal.Id}, {number}, {process}, {edition}, {stage}, {context.Now}, {context.ActorId})"));
    }

    /// <summary>What the stages that a deal has been in are called, by the last edition that had them.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> NamesAsync(DatabaseSession session, Guid deal, CancellationToken cancel = default)
    {
        var definitions = await session.ListAsync(
            Sql.Of($"SELECT e.definition FROM sales_process_edition e WHERE EXISTS (SELECT 1 FROM deal_stay s WHERE s.deal_id = {deal} AND s.process_id = e.process_id AND s.edition = e.edition) OR EXISTS (SELECT 1 FROM deal d WHERE d.id = {deal} AND d.process_id = e.process_id AND d.edition = e.edition) ORDER BY e.at"),
            row => ProcessDefinition.Read(row.Text(0)), cancel);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var stage in definitions.SelectMany(definition => definition.Stages))
        {
            names[stage.Key] = stage.Name;
        }

        return names;
    }

    internal static async Task EndAsync(SaveContext context, Guid deal) =>
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE deal_stay SET left_at = {context.Now} WHERE deal_id = {deal} AND left_at IS NULL"));

    /// <summary>Takes the last stay back and goes on with the one before it; answers since when that was, or null when there is none.</summary>
    internal static async Task<DateTimeOffset?> ReturnAsync(SaveContext context, Guid deal)
    {
        var stays = await OfAsync(context.Session, deal);
        if (stays.Count < 2)
        {
            return null;
        }

        var (last, before) = (stays[^1].Number, stays[^2].Number);
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM deal_stay WHERE deal_id = {deal} AND number = {last}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE deal_stay SET left_at = NULL WHERE deal_id = {deal} AND number = {before}"));
        return stays[^2].EnteredAt;
    }

    /// <summary>The stay before the present one, when a move within the same edition ended it and the deal has not been closed since.</summary>
    internal static async Task<Stay?> PreviousAsync(DatabaseSession session, Guid deal, long edition, CancellationToken cancel = default)
    {
        var stays = await OfAsync(session, deal, cancel);
        var same = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM deal_stay WHERE deal_id = {deal} AND edition = {edition} AND number >= (SELECT MAX(number) - 1 FROM deal_stay WHERE deal_id = {deal})"), cancel);
        return same == 2 && stays[^1].Stage != stays[^2].Stage && stays[^2].LeftAt == stays[^1].EnteredAt ? stays[^2] : null;
    }

    public static async Task<IReadOnlyList<Stay>> OfAsync(DatabaseSession session, Guid deal, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT number, stage, entered_at, entered_by, left_at FROM deal_stay WHERE deal_id = {deal} ORDER BY number"),
        row => new Stay((int)row.Integer(0), row.Text(1), row.Instant(2), row.OptionalId(3), row.OptionalInstant(4)),
        cancel);
}
