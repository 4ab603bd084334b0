using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Matching;

/// <summary>
/// What may be told of a record that looks like the one being entered. Of one the actor may not see it is told only that there is such a record, who owns it and in what state it is:
/// no name, no id, no reason, and only when the name or a number of its own agrees, so that nobody verifies a stolen phone number.
/// </summary>
public static class MatchGuard
{
    public const string Key = "duplicate";

    private const string Number = "creditCode";

    /// <summary>The findings the actor may hear of.</summary>
    public static IEnumerable<Likeness> Told(IEnumerable<Likeness> found) =>
        found.Where(item => item.IsVisible || (item.BandName == "match" && item.Reasons.Any(reason => reason.Bits > 0 && (reason.Field == item.Record.Type.TitleField || reason.Field is Number))));

    /// <summary>A record with nothing in it but by what others may be told of it, its names and its credit code, and whose it is.</summary>
    internal static Record OnlyTold(MatchProfile profile, Record record)
    {
        var type = record.Type;
        var told = type.Create(type);
        (told.Id, told.Sequence) = (record.Id, record.Sequence);
        foreach (var name in profile.Sources.Where(source => source.Name == type.TitleField).SelectMany(source => source.Reads).Concat(profile.Reads).Append(type.TitleField).Append(Number).Append("owner").Distinct(StringComparer.Ordinal))
        {
            if (type.Find(name) is { } field)
            {
                told[field] = record[field];
            }
        }

        return told;
    }

    /// <summary>mine, owned, dealt, protected or free.</summary>
    public static string StateOf(Actor actor, Record record) => record.OwnerId is not { } owner ? "free" : owner == actor.Id ? "mine" : record.IsProtected ? "protected" : record.IsDealt ? "dealt" : "owned";

    /// <summary>Asks before a new record is made, by the rule of the entrance and of what is found.</summary>
    /// <exception cref="RefusedException">There is one like it, and the rule is to block, or to warn and nobody has said yes.</exception>
    public static async Task CheckAsync(SaveContext context, Record record, CancellationToken cancel = default)
    {
        var actor = context.Actor;
        if (record.Type.Matching.Count == 0 || actor.IsSystem || !MatchSettings.Entrances.Contains(actor.Surface, StringComparer.Ordinal))
        {
            return;
        }

        var settings = await MatchSettings.ReadAsync(context.Session, cancel);
        var rules = MatchSettings.States.Select(state => settings.Rule(actor.Surface, state)).ToList();
        if (rules.TrueForAll(rule => rule == MatchRule.Allow) || (rules.TrueForAll(rule => rule != MatchRule.Block) && context.IsConfirmed(Key)))
        {
            return;
        }

        await HoldAsync(context, record, cancel);
        var found = Told(await MatchFinder.FindAsync(context.Session, actor, record, context.Now, settings, cancel: cancel)).Where(item => item.BandName == "match").ToList();
        foreach (var rule in new[] { MatchRule.Block, MatchRule.Warn })
        {
            if (found.Find(item => settings.Rule(actor.Surface, StateOf(actor, item.Record)) == rule) is { } first)
            {
                Refuse(context, first, rule);
            }
        }
    }

    private static void Refuse(SaveContext context, Likeness found, MatchRule rule)
    {
        var words = Words(context.Actor, found);
        if (rule == MatchRule.Warn)
        {
            context.Confirm(Key, found.Record.Type.TitleField, words);
            return;
        }

        throw new RefusedException(Refusal.Breaks(Key, words) with { Errors = new Dictionary<string, IReadOnlyList<Label>>(StringComparer.Ordinal) { [found.Record.Type.TitleField] = [words] } });
    }

    /// <summary>A sentence about what was found, with no more in it than the actor may know.</summary>
    public static Label Words(Actor actor, Likeness found)
    {
        var owner = actor.Directory.Person(found.Record.OwnerId)?.Name;
        var noun = found.Record.Type.SingularLabel;
        return (found.IsVisible, owner) switch
        {
            (true, null) => new Label($"与已有{noun.ZhHans}“{found.Record.Title}”相同（无负责人）", $"The same as “{found.Record.Title}”, which nobody owns"),
            (true, _) => new Label($"与已有{noun.ZhHans}“{found.Record.Title}”相同，负责人是{owner}", $"The same as “{found.Record.Title}”, owned by {owner}"),
            (false, null) => new Label($"已有一条这样的{noun.ZhHans}，目前无人负责，请到公海领取或联系管理员", $"There is such a {noun.En.ToLowerInvariant()} already, owned by nobody: claim it from the pool or ask an administrator"),
            _ => new Label($"已有一条这样的{noun.ZhHans}，负责人是{owner}，请先联系", $"There is such a {noun.En.ToLowerInvariant()} already, owned by {owner}: ask there first"),
        };
    }

    /// <summary>Two who enter the same at once are let in one after the other, so that the second meets the first's; where one writer holds the file it is so already.</summary>
    private static async Task HoldAsync(SaveContext context, Record record, CancellationToken cancel)
    {
        if (context.Session.Dialect.IsSqlite || MatchProfile.For(record) is not { } profile)
        {
            return;
        }

        foreach (var token in MatchTokens.Of(profile, record).Order(StringComparer.Ordinal))
        {
            await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT pg_advisory_xact_lock(hashtextextended({token}, 7))) held"), cancel);
        }
    }
}
