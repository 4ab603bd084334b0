using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Numbering;

/// <summary>How a noun's papers are numbered now.</summary>
/// <param name="Rule">The company's own rule; null while papers are numbered by prefix, day and count.</param>
/// <param name="Pattern">Null where nobody has written a rule.</param>
/// <param name="Latest">The number given last; null when none was.</param>
public sealed record NumberedNoun(RecordType Type, Guid? Rule, string? Pattern, string Restart, bool Active, string? Latest, string? Example);

/// <summary>Shows an administrator what numbers look like before papers carry them.</summary>
public static class Numbering
{
    /// <summary>Every noun that has numbers, with the number it gave last and the one it would give first today.</summary>
    public static async Task<IReadOnlyList<NumberedNoun>> ReadAsync(DatabaseSession session, Actor actor, DateOnly today, CancellationToken cancel = default)
    {
        var rules = (await session.ListAsync(
            Sql.Of($"SELECT id, subject, pattern, restart, active FROM number_rule WHERE deleted_at IS NULL"), row => (Id: row.Id(0), Subject: row.Text(1), Pattern: row.Text(2), Restart: row.Text(3), Active: row.Integer(4) != 0), cancel)).ToDictionary(rule => rule.Subject, StringComparer.Ordinal);
        var nouns = new List<NumberedNoun>();
        foreach (var type in actor.Schema.Types.Where(type => type.Find("number") is { Kind: FieldKind.Text, Custom: false, IsComputed: false }))
        {
            // Ids rise with time, so the index of ids finds the latest at once; whoever does not see all papers is not shown the number of one.
            var latest = actor.On(type).Read == Reach.All && actor.Reads(type, type["number"])
                ? await session.FirstAsync(Sql.Of($"SELECT {new SqlName(type["number"].Column)} FROM {new SqlName(type.Table)} WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 1"), row => row.OptionalText(0), cancel)
                : null;
            var own = rules.TryGetValue(type.Name, out var rule);
            nouns.Add(new NumberedNoun(type, own ? rule.Id : null, own ? rule.Pattern : null, own ? rule.Restart : "day", own && rule.Active, latest, own ? Example(rule.Pattern, rule.Restart, today) : null));
        }

        return nouns;
    }

    /// <summary>The first number of a day by a pattern.</summary>
    /// <exception cref="RefusedException">The pattern cannot be used, or would give the same number twice.</exception>
    public static string Example(string pattern, string restart, DateOnly today)
    {
        var parsed = NumberPattern.Parse(pattern);
        parsed.Check(restart);
        return parsed.Text(today, 1);
    }
}
