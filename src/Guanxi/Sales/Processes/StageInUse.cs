using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Processes;

/// <summary>Stages in which running deals stand, whatever edition they go by: they cannot be taken out of the process without saying where those deals go.</summary>
public static class StageInUse
{
    /// <summary>Stage, its name as the deals know it, and how many stand in it.</summary>
    public static async Task<IReadOnlyList<(string Stage, string Name, long Deals)>> OfAsync(DatabaseSession session, Guid process, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT stage, MAX(stage_name), COUNT(*) FROM deal WHERE process_id = {process} AND status = 'open' AND deleted_at IS NULL GROUP BY stage ORDER BY MIN(stage_order)"),
        row => (row.Text(0), row.Text(1), row.Integer(2)),
        cancel);

    /// <summary>Refuses a definition that lacks a stage in use and has not lacked it before.</summary>
    internal static async Task CheckAsync(SaveContext context, Guid process, ProcessDefinition before, ProcessDefinition after)
    {
        var gone = (await OfAsync(context.Session, process)).Where(used => before.PlaceOf(used.Stage) >= 0 && after.PlaceOf(used.Stage) < 0).ToList();
        if (gone.Count == 0)
        {
            return;
        }

        var (zh, en) = (string.Join("、", gone.Select(used => $"“{used.Name}”（{used.Deals} 个）")), string.Join(", ", gone.Select(used => $"“{used.Name}” ({used.Deals})")));
        throw new RefusedException(Refusal.Breaks("stage-in-use", new Label(
            $"这些阶段里还有进行中的商机：{zh}。请在发布时说明它们移到哪个阶段，或先移走、结束这些商机，或保留阶段只改名称",
            $"Running deals stand in these stages: {en}. Say when publishing which stage they go to, move or close them first, or keep the stage and change its name only")) with
        {
            More = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["stages"] = gone.Select(used => new Dictionary<string, object?>(StringComparer.Ordinal) { ["stage"] = used.Stage, ["name"] = used.Name, ["deals"] = used.Deals }).ToArray(),
            },
        });
    }
}
