using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Laboratory;
using Guanxi.Insight.Value;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Retention;

/// <summary>
/// How long customers stay, from their first order: the product-limit curve (Kaplan and Meier 1958) of each group, whether the groups differ by more than chance (log-rank), and how much more or
/// less likely each kind is to leave with the others held equal (Cox 1972). A customer is lost on the day on which its silence has lasted three of its own usual gaps, and no less than three
/// gaps of the middle customer; of all others one knows only that they stayed until today. Who bought once has no rhythm to be late against and is counted apart.
/// By tier the clock starts with the first month that a tier was kept of: the tier then, and only of who was still a customer, for the last tier follows from leaving.
/// </summary>
public static class CustomerLifetimes
{
    /// <summary>More are told by their largest groups.</summary>
    private const int GroupsShown = 6;

    /// <summary>Smaller groups make stairs, no curve.</summary>
    private const int Fewest = 10;

    private const int MostForCox = 50_000;

    /// <summary>Fewer losses for each coefficient make it a guess (Peduzzi et al. 1995, J. Clinical Epidemiology 48).</summary>
    private const int LossesPerTerm = 10;

    private const double DaysInMonth = 365.2425 / 12;
    private const double NormalQuantile = 1.959963984540054;

    private const double GapsOfSilence = 3;

    private static readonly string[] Groupings = ["none", "tier", "region", "source", "industry", "size"];

    private sealed record Life(double Days, bool Lost, string?[] Groups);

    /// <param name="Gap">Days between two orders of the middle customer.</param>
    private sealed record Read(List<Life> Lives, int BoughtOnce, int LostBefore, double Gap);

    /// <summary>Writes the curves of the groups, the test and the hazard ratios.</summary>
    /// <param name="by">What to tell apart: none, tier (the first one kept), region, source, industry or size.</param>
    /// <exception cref="RefusedException">The actor may not read values, or there is no such grouping.</exception>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, string? by, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema["customers"];
        if (!actor.Has(Functions.ReadValue) || !actor.Reads(type, type["value.alive"]))
        {
            throw new RefusedException(ValueRefusals.NoRight);
        }

        var offered = Groupings.Where(name => FieldOf(name) is not { } field || actor.Reads(type, type[field])).ToArray();
        var grouping = string.IsNullOrEmpty(by) ? offered.Contains("tier", StringComparer.Ordinal) ? "tier" : "none" : by;
        if (!offered.Contains(grouping, StringComparer.Ordinal))
        {
            throw new RefusedException(Refusal.Invalid("by", new Label($"可以按 {string.Join("、", offered)} 分组", $"Groups can be made by {string.Join(", ", offered)}")));
        }

        var (lives, boughtOnce, lostBefore, gap) = await ReadAsync(session, actor, grouping == "tier", now, cancel);
        writer.WriteString("by", grouping);
        writer.WriteStartArray("groupings");
        foreach (var name in offered)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteNumber("customers", lives.Count);
        writer.WriteNumber("lost", lives.Count(life => life.Lost));
        writer.WriteNumber("boughtOnce", boughtOnce);
        writer.WriteNumber("lostBefore", lostBefore);
        writer.WriteNumber("silentDays", Math.Round(GapsOfSilence * gap));
        var findings = new List<Finding>();
        var (groups, leftOut) = Grouped(lives, grouping);
        writer.WriteStartArray("groups");
        foreach (var (key, members) in groups)
        {
            Curve(writer, actor, grouping, key, members);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("leftOut");
        foreach (var (key, members) in leftOut)
        {
            writer.WriteStartObject();
            writer.WriteString("key", key);
            writer.WriteString("label", key is null ? new Label("没有填写", "not filled in").In(actor.Language) : LabelOf(actor, grouping, key));
            writer.WriteNumber("customers", members.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Compare(writer, groups, findings);
        // A tier that is known from a later day says nothing of the days before it.
        Cox(writer, actor, lives, [.. offered.Where(name => name != "none" && (name != "tier" || grouping == "tier"))], findings);
        writer.Findings(findings, actor.Language);
    }

    private static string? FieldOf(string grouping) => grouping switch { "none" => null, "tier" => "value.tier", "region" => "province", _ => grouping };

    private static async Task<Read> ReadAsync(DatabaseSession session, Actor actor, bool byTier, DateTimeOffset now, CancellationToken cancel)
    {
        var sql = new Sql()
            .Append("SELECT v.first_on, v.last_on, v.as_of, v.rhythm, c.province, c.source, c.industry, c.size, (SELECT MIN(m.period) FROM customer_value_month m WHERE m.record_id = v.record_id), (SELECT m.tier FROM customer_value_month m WHERE m.record_id = v.record_id ORDER BY m.period LIMIT 1) FROM customer_value v JOIN customer c ON c.id = v.record_id WHERE c.deleted_at IS NULL AND v.purchases > 0 AND ")
            .Append(AccessDoor.For(actor, actor.Schema["customers"], Verb.Read, now).Condition("c"));
        var boughtOnce = 0;
        var rows = new List<(int First, int Last, int Today, double Gap, int? Tiered, string?[] Groups)>();
        await using (var reader = await session.ReadAsync(sql, cancel))
        {
            // Equal words are kept once.
            var words = new Dictionary<string, string>(StringComparer.Ordinal);
            string? Word(int ordinal) => reader.IsDBNull(ordinal) || reader.GetString(ordinal) is not { Length: > 0 } text ? null : words.TryGetValue(text, out var known) ? known : words[text] = text;
            int Day(int ordinal) => DateOnly.ParseExact(reader.GetString(ordinal), "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber;
            while (await reader.ReadAsync(cancel))
            {
                if (reader.IsDBNull(3))
                {
                    boughtOnce++;
                    continue;
                }

                var tiered = reader.IsDBNull(8) ? (int?)null : DateOnly.ParseExact(reader.GetString(8) + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture).AddMonths(1).DayNumber - 1;
                rows.Add((Day(0), Day(1), Day(2), Convert.ToDouble(reader.GetValue(3), CultureInfo.InvariantCulture), tiered, [null, Word(9), Regions.Of(Word(4)), Word(5), Word(6), Word(7)]));
            }
        }

        double[] gaps = [.. rows.Select(row => row.Gap).Order()];
        var middle = gaps.Length == 0 ? 0 : gaps[gaps.Length / 2];
        var lives = new List<Life>(rows.Count);
        var lostBefore = 0;
        foreach (var (first, last, today, gap, tiered, groups) in rows)
        {
            var gone = last + (GapsOfSilence * Math.Max(gap, middle));
            var lost = gone < today;
            var from = byTier ? Math.Max(first, tiered ?? today) : first;
            if (lost && gone <= from)
            {
                lostBefore++;
            }
            else if ((lost ? gone : today) > from)
            {
                lives.Add(new Life((lost ? gone : today) - from, lost, groups));
            }
        }

        return new Read(lives, boughtOnce, lostBefore, middle);
    }

    /// <summary>The groups that make a curve, the largest first, and those that are too small, too many or not known.</summary>
    private static (List<(string? Key, List<Life> Members)> Shown, List<(string? Key, List<Life> Members)> LeftOut) Grouped(List<Life> lives, string grouping)
    {
        var at = Array.IndexOf(Groupings, grouping);
        if (at == 0)
        {
            return (lives.Count == 0 ? [] : [(null, lives)], []);
        }

        List<(string? Key, List<Life> Members)> all = [.. lives.GroupBy(life => life.Groups[at], StringComparer.Ordinal).Select(group => (group.Key, Members: group.ToList())).OrderByDescending(group => group.Members.Count).ThenBy(group => group.Key, StringComparer.Ordinal)];
        var shown = all.Where(group => group.Key is not null && group.Members.Count >= Fewest).Take(GroupsShown).ToList();
        return (shown, [.. all.Where(group => !shown.Contains(group))]);
    }

    private static SurvivalTime Time(Life life) => new(life.Days, life.Lost);

    private static void Curve(Utf8JsonWriter writer, Actor actor, string grouping, string? key, List<Life> members)
    {
        var curve = SurvivalCurve.Of(members.Select(Time));
        writer.WriteStartObject();
        writer.WriteString("key", key);
        writer.WriteString("label", key is null ? null : LabelOf(actor, grouping, key));
        writer.WriteNumber("customers", members.Count);
        writer.WriteNumber("lost", members.Count(life => life.Lost));
        writer.Number("medianMonths", curve.MedianTime / DaysInMonth);
        // Month by month until the last has left, or as far as ten are still watched: what is beyond is a handful who never change.
        var watched = Math.Max(curve.Steps.Count > 0 ? curve.Steps[^1].Time : 0, members.Select(life => life.Days).OrderDescending().ElementAt(Math.Min(members.Count, Fewest) - 1));
        writer.Points("curve", Enumerable.Range(0, (int)Math.Ceiling(watched / DaysInMonth) + 1).Select(month =>
        {
            var step = curve.Steps.LastOrDefault(step => step.Time <= month * DaysInMonth);
            return new[] { month, step?.Survival ?? 1, step?.Lower ?? 1, step?.Upper ?? 1 };
        }));
        writer.WriteEndObject();
    }

    private static string LabelOf(Actor actor, string grouping, string key)
    {
        if (grouping == "region")
        {
            return Regions.All.First(region => region.Key == key).Label.In(actor.Language);
        }

        var field = actor.Schema["customers"][FieldOf(grouping)!];
        return field.Choices.FirstOrDefault(choice => choice.Value == key)?.Label.In(actor.Language) ?? key;
    }

    private static void Compare(Utf8JsonWriter writer, List<(string? Key, List<Life> Members)> groups, List<Finding> findings)
    {
        if (groups.Count < 2)
        {
            writer.WriteNull("difference");
            return;
        }

        try
        {
            var test = LogRankTest.Of([.. groups.Select(group => (IReadOnlyList<SurvivalTime>)[.. group.Members.Select(Time)])]);
            writer.WriteStartObject("difference");
            writer.Number("chiSquare", test.ChiSquare);
            writer.WriteNumber("freedom", test.Freedom);
            writer.Number("probability", test.Probability);
            writer.WriteEndObject();
        }
        catch (UnsuitableDataException unsuitable)
        {
            writer.WriteNull("difference");
            findings.Add(Said("no-comparison", unsuitable));
        }
    }

    private static void Cox(Utf8JsonWriter writer, Actor actor, List<Life> lives, string[] offered, List<Finding> findings)
    {
        var every = Math.Max(1, (int)Math.Ceiling(lives.Count / (double)MostForCox));
        var used = every == 1 ? lives : [.. lives.Where((_, i) => i % every == 0)];
        var columns = offered.Select(grouping => Column(actor, used, grouping)).OfType<ChoiceColumn>().ToList();
        var terms = columns.Sum(column => column.Levels.Length - 1);
        var lost = used.Count(life => life.Lost);
        if (columns.Count == 0 || lost < LossesPerTerm * Math.Max(1, terms))
        {
            writer.WriteNull("cox");
            findings.Add(new Finding("too-few-losses", FindingWeight.Note, $"{lost} customers were lost; to tell what makes customers leave, {LossesPerTerm * Math.Max(1, terms)} are needed for the groups there are. The curves can be read all the same."));
            return;
        }

        CoxFit fit;
        try
        {
            fit = CoxRegression.Fit(new FeatureTable([.. columns]), [.. used.Select(Time)]);
        }
        catch (UnsuitableDataException unsuitable)
        {
            writer.WriteNull("cox");
            findings.Add(Said("no-cox", unsuitable));
            return;
        }

        if (!fit.Converged)
        {
            writer.WriteNull("cox");
            findings.Add(new Finding("not-converged", FindingWeight.Warning, fit.Warning ?? "The fit did not converge: the likelihood still rises at the last step."));
            return;
        }

        writer.WriteStartObject("cox");
        writer.Number("concordance", fit.Concordance);
        writer.WriteNumber("customers", used.Count);
        writer.WriteNumber("lost", lost);
        writer.WriteStartArray("terms");
        foreach (var term in fit.Terms.Where(term => term.StandardError is not null))
        {
            writer.WriteStartObject();
            writer.WriteString("label", term.Name);
            writer.Number("coefficient", term.Coefficient);
            writer.Number("standardError", term.StandardError);
            writer.Number("ratio", term.HazardRatio);
            writer.Number("low", Math.Exp(term.Coefficient - (NormalQuantile * term.StandardError!.Value)));
            writer.Number("high", Math.Exp(term.Coefficient + (NormalQuantile * term.StandardError!.Value)));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        // Against whom each is compared: the largest group of its kind.
        writer.WriteStartArray("against");
        foreach (var column in columns)
        {
            writer.WriteStringValue($"{column.Name}={column.Levels[0]}");
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The groups of one kind in the reader's words, the largest first, small ones and the unknown together; null where there is but one.</summary>
    private static ChoiceColumn? Column(Actor actor, List<Life> lives, string grouping)
    {
        var at = Array.IndexOf(Groupings, grouping);
        string[] keys = [.. lives.Where(life => life.Groups[at] is not null).CountBy(life => life.Groups[at]!, StringComparer.Ordinal).Where(item => item.Value >= Fewest * 3).OrderByDescending(item => item.Value).ThenBy(item => item.Key, StringComparer.Ordinal).Take(GroupsShown).Select(item => item.Key)];
        if (keys.Length < 2)
        {
            return null;
        }

        var places = keys.Select((key, i) => (key, i)).ToDictionary(pair => pair.key, pair => pair.i, StringComparer.Ordinal);
        int[] codes = [.. lives.Select(life => life.Groups[at] is { } key && places.TryGetValue(key, out var place) ? place : keys.Length)];
        string[] others = codes.Contains(keys.Length) ? [new Label("其他", "others").In(actor.Language)] : [];
        return new ChoiceColumn(grouping == "region" ? new Label("地区", "Region").In(actor.Language) : actor.Schema["customers"][FieldOf(grouping)!].Label.In(actor.Language), codes, [.. keys.Select(key => LabelOf(actor, grouping, key)), .. others]);
    }

    private static Finding Said(string code, UnsuitableDataException unsuitable) =>
        unsuitable.Phrase is { } phrase ? new Finding(code, FindingWeight.Note, phrase) : new Finding(code, FindingWeight.Note, unsuitable.Message);
}
