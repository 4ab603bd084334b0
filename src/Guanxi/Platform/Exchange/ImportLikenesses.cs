using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Asks of new rows whether such a record is there: a dry run tells of it, and where the rule is to block, an import rejects the row.</summary>
internal sealed class ImportLikenesses(ImportPlan plan, bool dryRun)
{
    private const int MostLookedAt = 2_000;
    private const int MostTold = 50;
    private readonly List<ImportAlike> found = [];
    private MatchSettings? settings;
    private int looked;

    public IReadOnlyList<ImportAlike> Found => found;

    /// <summary>Whether the row is not to become a record; it keeps the reason.</summary>
    public async Task<bool> RefuseAsync(SaveContext context, ParsedRow row, Record record, ImportCounts counts, CancellationToken cancel)
    {
        if (plan.Type.Matching.Count == 0 || (dryRun && looked >= MostLookedAt))
        {
            return false;
        }

        settings ??= await MatchSettings.ReadAsync(context.Session, cancel);
        var blocks = MatchSettings.States.Any(state => settings.Rule("import", state) == MatchRule.Block);
        if (!dryRun && !blocks)
        {
            return false;
        }

        looked++;
        if (MatchGuard.Told(await MatchFinder.FindAsync(context.Session, plan.Actor, record, context.Now, settings, 1, cancel)).FirstOrDefault() is not { } like)
        {
            return false;
        }

        var words = MatchGuard.Words(plan.Actor, like);
        if (like.BandName == "match" && settings.Rule("import", MatchGuard.StateOf(plan.Actor, like.Record)) == MatchRule.Block)
        {
            row.Fail(words, null, plan.Actor.Language);
            return true;
        }

        counts.Alike++;
        if (found.Count < MostTold)
        {
            found.Add(new ImportAlike(row.Number, like.BandName, words.In(plan.Actor.Language), like.IsVisible ? like.Record.Id : null));
        }

        return false;
    }
}
