using Guanxi.Database;
using Guanxi.Platform.Records;

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

    internal static async Task EndAsync(SaveContext context, Guid deal) =>
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE deal_stay SET left_at = {context.Now} WHERE deal_id = {deal} AND left_at IS NULL"));

    public static async Task<IReadOnlyList<Stay>> OfAsync(DatabaseSession session, Guid deal, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT number, stage, entered_at, entered_by, left_at FROM deal_stay WHERE deal_id = {deal} ORDER BY number"),
        row => new Stay((int)row.Integer(0), row.Text(1), row.Instant(2), row.OptionalId(3), row.OptionalInstant(4)),
        cancel);
}
