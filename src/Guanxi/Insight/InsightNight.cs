using Guanxi.Database;
using Guanxi.Insight.Demand;
using Guanxi.Insight.Laboratory;
using Guanxi.Insight.Scoring;
using Guanxi.Insight.Value;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight;

/// <summary>What is reckoned each night: what customers are worth, then the scores that look at it, then demand. A company that has leads or deals and no order yet has its scores all the same.</summary>
public static class InsightNight
{
    /// <summary>The company's hour before which a day's reckoning is not due.</summary>
    private static readonly TimeSpan NotBefore = TimeSpan.FromHours(2);

    /// <summary>Due once on each of the company's days; never while there is nothing to reckon.</summary>
    public static async Task<bool> IsDueAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await Settings.ReadAsync(session, cancel)).TimeZone);
        var now = TimeZoneInfo.ConvertTime(workspace.Now, zone);
        if (now.TimeOfDay < NotBefore)
        {
            return false;
        }

        if (await AnyAsync(session, "sales_order", cancel))
        {
            return string.CompareOrdinal(await session.ScalarAsync<string>(Sql.Of($"SELECT MAX(as_of) FROM value_run"), cancel), DateOnly.FromDateTime(now.DateTime).ToString("yyyy-MM-dd")) < 0;
        }

        if (!await AnyAsync(session, "lead", cancel) && !await AnyAsync(session, "deal", cancel))
        {
            return false;
        }

        var last = await session.FirstAsync(Sql.Of($"SELECT MAX(at) FROM score_run"), row => row.OptionalInstant(0), cancel);
        return last is null || TimeZoneInfo.ConvertTime(last.Value, zone).Date < now.Date;
    }

    /// <summary>Reckons everything there is something for. Without orders nothing is said of worth: an empty run would stand on the page as if there had been one.</summary>
    public static async Task<ValueRunResult?> RunAsync(Workspace workspace, Actor actor, CancellationToken cancel = default)
    {
        bool ordered;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            ordered = await AnyAsync(session, "sales_order", cancel);
        }

        var result = ordered || !actor.IsSystem ? await ValueRun.RunAsync(workspace, actor, cancel: cancel) : null;
        await DealScoring.RunAsync(workspace, cancel);
        await LeadScoring.RunAsync(workspace, cancel);
        await ScoreNight.RunAllAsync(workspace, cancel);
        if (result is not null)
        {
            await DemandReport.RunAsync(workspace, result.AsOf, cancel);
        }

        return result;
    }

    private static async Task<bool> AnyAsync(DatabaseSession session, string table, CancellationToken cancel) =>
        await session.ScalarAsync<long?>(new Sql().Append($"SELECT MAX(seq) FROM {table}"), cancel) is not null;
}
