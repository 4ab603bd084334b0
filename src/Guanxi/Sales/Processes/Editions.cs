using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Processes;

/// <summary>The definition that a deal has begun under, and which one a new deal begins under.</summary>
public static class Editions
{
    public static async Task<ProcessDefinition> ReadAsync(DatabaseSession session, Guid process, long edition, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT definition FROM sales_process_edition WHERE process_id = {process} AND edition = {edition}"), row => ProcessDefinition.Read(row.Text(0)), cancel)
        ?? throw new InvalidOperationException($"Edition {edition} of the sales process {process} is not there.");

    /// <summary>The editions of a process, newest first, with how many running deals go by each.</summary>
    public static async Task<IReadOnlyList<(long Edition, DateTimeOffset At, long Running)>> ListAsync(DatabaseSession session, Guid process, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT e.edition, e.at, (SELECT COUNT(*) FROM deal d WHERE d.process_id = e.process_id AND d.edition = e.edition AND d.status = 'open' AND d.deleted_at IS NULL) FROM sales_process_edition e WHERE e.process_id = {process} ORDER BY e.edition DESC LIMIT 100"),
        row => (row.Integer(0), row.Instant(1), row.Integer(2)),
        cancel);

    /// <summary>When running deals went over to a new edition together, newest first.</summary>
    public static async Task<IReadOnlyList<(Guid Id, long Edition, DateTimeOffset At, Guid? By, long Deals, DateTimeOffset? Undone)>> MovesAsync(DatabaseSession session, Guid process, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT id, edition, at, actor_id, deals, undone_at FROM edition_move WHERE process_id = {process} ORDER BY at DESC LIMIT 20"),
        row => (row.Id(0), row.Integer(1), row.Instant(2), row.OptionalId(3), row.Integer(4), row.OptionalInstant(5)),
        cancel);

    /// <summary>The process that fits best: by product line and level, by product line, by level, then the default.</summary>
    /// <exception cref="RefusedException">No process is in use.</exception>
    public static async Task<(Guid Process, long Edition)> ForAsync(DatabaseSession session, string? productLine, string? level, CancellationToken cancel = default)
    {
        var all = await session.ListAsync(
            Sql.Of($"SELECT id, edition, product_line, customer_level, is_default FROM sales_process WHERE active = {1L} AND deleted_at IS NULL ORDER BY created_at"),
            row => (Id: row.Id(0), Edition: row.Integer(1), Line: row.OptionalText(2), Level: row.OptionalText(3), Default: row.Integer(4) != 0),
            cancel);
        var fitting = all.Where(known => (known.Line is null || known.Line == productLine) && (known.Level is null || known.Level == level))
            .OrderByDescending(known => (known.Line is null ? 0 : 4) + (known.Level is null ? 0 : 2) + (known.Default ? 1 : 0)).ToList();
        return fitting.Count > 0
            ? (fitting[0].Id, fitting[0].Edition)
            : throw new RefusedException(Refusal.Breaks("no-process", ("还没有可用的销售流程，请管理员先建立一个", "No sales process is in use yet; an administrator makes one first")));
    }
}
