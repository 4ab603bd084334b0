using Guanxi.Platform.Access;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>What becomes of a row that was to become a new record.</summary>
internal enum NewRow
{
    Create,
    Reject,
    Skip,
    Update,
}

/// <summary>
/// Asks of new rows whether such a record is there: a dry run tells of it, and an import follows what was decided about the row, what was decided about all, and the company's rule, which may be to block.
/// </summary>
internal sealed class ImportLikenesses(ImportPlan plan, bool dryRun)
{
    private const int MostTold = 5_000;
    private readonly List<ImportAlike> found = [];
    private MatchSettings? settings;
    private long looked;
    private int taken;

    /// <summary>How many new rows a dry run compares; an import that has to compare does so with all.</summary>
    public long MostCompared { get; init; } = 2_000;

    /// <summary>Says that a dry run has compared for long enough.</summary>
    public Func<bool>? Enough { get; init; }

    public IReadOnlyList<ImportAlike> Found => found;

    /// <summary>What was found since the last time.</summary>
    public List<ImportAlike> TakeNew()
    {
        var fresh = found[taken..];
        taken = found.Count;
        return fresh;
    }

    /// <summary>What becomes of the row, and for an update the record it changes; a row that is rejected keeps the reason.</summary>
    public async Task<(NewRow What, Guid? Record)> AskAsync(SaveContext context, ParsedRow row, Record record, ImportCounts counts, CancellationToken cancel)
    {
        var decided = plan.Options.Decisions?.GetValueOrDefault(row.Number);
        var own = decided is null ? plan.Options.Alike : AlikeRule.Create;
        if (plan.Type.Matching.Count == 0 || (dryRun && (looked >= MostCompared || Enough?.Invoke() == true)))
        {
            return (NewRow.Create, null);
        }

        settings ??= await MatchSettings.ReadAsync(context.Session, cancel);
        var blocks = MatchSettings.States.Any(state => settings.Rule("import", state) == MatchRule.Block);
        if (!dryRun && !blocks && own == AlikeRule.Create)
        {
            return (NewRow.Create, null);
        }

        looked++;
        counts.Compared++;
        if (MatchGuard.Told(await MatchFinder.FindAsync(context.Session, plan.Actor, record, context.Now, settings, 1, cancel)).FirstOrDefault() is not { } like)
        {
            return (NewRow.Create, null);
        }

        var words = MatchGuard.Words(plan.Actor, like);
        if (like.BandName == "match" && settings.Rule("import", MatchGuard.StateOf(plan.Actor, like.Record)) == MatchRule.Block)
        {
            row.Fail(words, null, plan.Actor.Language);
            return (NewRow.Reject, null);
        }

        counts.Alike++;
        var mayEdit = like.IsVisible && (dryRun || own == AlikeRule.Update) && await RecordStore.ExistsAsync(context.Session, plan.Actor, plan.Type, like.Record.Id, Verb.Edit, context.Now, cancel: cancel);
        if (found.Count < MostTold)
        {
            found.Add(new ImportAlike(row.Number, like.BandName, words.In(plan.Actor.Language), like.IsVisible ? like.Record.Id : null)
            {
                Probability = Math.Round(like.Probability, 4),
                MayEdit = mayEdit,
                Reasons = like.IsVisible ? like.Reasons : [],
                Values = row.Cells,
            });
        }

        return like.BandName != "match" || own == AlikeRule.Create ? (NewRow.Create, null) : own == AlikeRule.Skip ? (NewRow.Skip, null) : mayEdit ? (NewRow.Update, like.Record.Id) : (NewRow.Skip, null);
    }
}
