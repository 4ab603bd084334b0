using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;

namespace Guanxi.Insight.Forecasts;

/// <summary>A picture of the pipeline as it stood.</summary>
public sealed record Snapshot(long Number, DateTimeOffset At, bool Weekly);

/// <summary>Keeps what the deals said each week, so that a forecast can be asked what moved since.</summary>
public static class ForecastSnapshots
{
    private static readonly TimeSpan FridayEvening = new(20, 0, 0);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(430);
    private static readonly TimeSpan ClosedBefore = TimeSpan.FromDays(100);

    /// <summary>The newest first.</summary>
    public static async Task<IReadOnlyList<Snapshot>> ListAsync(DatabaseSession session, CancellationToken cancel = default) =>
        await session.ListAsync(Sql.Of($"SELECT seq, at, weekly FROM forecast_snapshot ORDER BY at DESC, seq DESC LIMIT 60"), row => new Snapshot(row.Integer(0), row.Instant(1), row.Integer(2) != 0), cancel);

    /// <summary>Takes one now: every open deal, and those closed of late; in one statement.</summary>
    public static async Task<Snapshot> TakeAsync(SaveContext context, bool weekly, CancellationToken cancel = default)
    {
        if (!context.Actor.IsSystem)
        {
            context.Actor.Demand(Functions.ManageTargets);
        }

        var number = await context.Session.ScalarAsync<long>(Sql.Of($"INSERT INTO forecast_snapshot (at, weekly, by_id) VALUES ({context.Now}, {(weekly ? 1L : 0L)}, {context.ActorId}) RETURNING seq"), cancel);
        var select = $"SELECT {number}, t.seq, t.status, t.home_amount, t.expected_close, {DealSums.Category}, t.probability FROM deal t WHERE t.deleted_at IS NULL AND ";
        await context.Session.ExecuteAsync(new Sql().Append("INSERT INTO forecast_snapshot_deal (snapshot, deal, status, amount, expected_close, category, probability) ").Append(select).Append("t.status = 'open'"), cancel);
        await context.Session.ExecuteAsync(new Sql().Append("INSERT INTO forecast_snapshot_deal (snapshot, deal, status, amount, expected_close, category, probability) ").Append(select).Append("t.status <> 'open' AND t.closed_at >= ").Value(context.Now - ClosedBefore)
            .Append(" AND ").Append(ForecastSql.Owners(context.Actor, "t")), cancel);
        var oldest = context.Now - Kept;
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM forecast_snapshot_deal WHERE snapshot IN (SELECT seq FROM forecast_snapshot WHERE at < {oldest})"), cancel);
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM forecast_snapshot WHERE at < {oldest}"), cancel);
        context.Note("forecast.snapshot");
        return new Snapshot(number, context.Now, weekly);
    }

    /// <summary>Each week's, on Friday evening of the company's time; answers whether one was taken.</summary>
    public static async Task<bool> TickAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById((await Settings.ReadAsync(session, cancel)).TimeZone);
            var local = TimeZoneInfo.ConvertTime(workspace.Now, zone).DateTime;
            var friday = local.Date.AddDays(-(((int)local.DayOfWeek + 2) % 7)) + FridayEvening;
            var due = friday <= local ? friday : friday.AddDays(-7);
            var moment = new DateTimeOffset(due, zone.GetUtcOffset(due)).ToUniversalTime();
            if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM forecast_snapshot WHERE at >= {moment} AND weekly = 1"), cancel) > 0 || await session.ScalarAsync<long?>(Sql.Of($"SELECT MAX(seq) FROM deal"), cancel) is null)
            {
                return false;
            }
        }

        await workspace.WriteAsync(workspace.System(), context => TakeAsync(context, weekly: true, cancel), cancel: cancel);
        return true;
    }
}
