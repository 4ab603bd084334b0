using System.Text.Json;
using Guanxi.Database;

namespace Guanxi.Insight.Scoring;

/// <summary>
/// The leads as they stand, with what changed in them and when, so that one can ask what was known at any moment: a value that was filled in later, when a lead was converted,
/// is taken back by the ledger.
/// </summary>
internal sealed class LeadPast
{
    private const long Day = 86_400_000;
    private const int MostEnded = 20_000;

    /// <summary>Fewer conversions do not say how long one takes.</summary>
    private const int FewestConverted = 15;

    private const int IdsAtOnce = 500;

    /// <summary>What the ledger is asked to take back.</summary>
    private static readonly string[] Kept = ["phone", "email", "company", "contactName", "need", "amount", "referredBy", "source", "campaign", "productLine", "industry", "province", "state"];

    private sealed record LeadRow(Guid Id, long Created, long? Ended, long? Answered, double? AnsweredMinutes, Dictionary<string, string?> Values);

    private readonly List<LeadRow> leads = [];
    private readonly Dictionary<Guid, List<long>> contacts = [];
    private readonly Dictionary<Guid, List<(long At, string Field, string? Before)>> changes = [];

    public static async Task<LeadPast> ReadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var past = new LeadPast();
        var oldest = await session.ScalarAsync<long?>(Sql.Of($"SELECT MIN(state_since) FROM (SELECT state_since FROM lead WHERE deleted_at IS NULL AND state IN ('converted', 'disqualified') AND state_since IS NOT NULL ORDER BY state_since DESC LIMIT {MostEnded}) x"), cancel) ?? 0;
        await using (var reader = await session.ReadAsync(
            Sql.Of($"SELECT id, created_at, state_since, responded_at, response_minutes, CASE WHEN phone IS NULL THEN NULL ELSE '1' END, CASE WHEN email IS NULL THEN NULL ELSE '1' END, CASE WHEN company IS NULL THEN NULL ELSE '1' END, CASE WHEN contact_name IS NULL THEN NULL ELSE '1' END, CASE WHEN need IS NULL THEN NULL ELSE '1' END, CASE WHEN amount IS NULL THEN NULL ELSE '1' END, CASE WHEN referred_by_id IS NULL THEN NULL ELSE '1' END, source, campaign, product_line, industry, province, state FROM lead WHERE deleted_at IS NULL AND (state IN ('new', 'working', 'qualified') OR state_since >= {oldest})"), cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                var values = Kept.Select((name, i) => (name, Value: reader.IsDBNull(5 + i) ? null : reader.GetString(5 + i))).ToDictionary(item => item.name, item => item.Value, StringComparer.Ordinal);
                var ended = values["state"] is "converted" or "disqualified" && !reader.IsDBNull(2) ? reader.GetInt64(2) : (long?)null;
                past.leads.Add(new LeadRow(session.Dialect.ReadId(reader, 0), reader.GetInt64(1), ended, reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.IsDBNull(4) ? null : Convert.ToDouble(reader.GetValue(4), System.Globalization.CultureInfo.InvariantCulture), values));
            }
        }

        foreach (var some in past.leads.Select(lead => lead.Id).Chunk(IdsAtOnce))
        {
            foreach (var (lead, at) in await session.ListAsync(Sql.Of($"SELECT lead_id, at FROM activity WHERE status = 'done' AND deleted_at IS NULL AND lead_id IN ").List(some), row => (row.Id(0), row.Integer(1)), cancel))
            {
                Of(past.contacts, lead).Add(at);
            }

            foreach (var (lead, at, text) in await session.ListAsync(Sql.Of($"SELECT record_id, at, changes FROM ledger WHERE record_type = 'leads' AND action <> 'create' AND changes IS NOT NULL AND record_id IN ").List(some), row => (row.Id(0), row.Integer(1), row.Text(2)), cancel))
            {
                past.Note(lead, at, text);
            }
        }

        foreach (var times in past.contacts.Values)
        {
            times.Sort();
        }

        return past;
    }

    private void Note(Guid lead, long at, string text)
    {
        using var document = JsonDocument.Parse(text);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in document.RootElement.EnumerateObject().Where(property => Kept.Contains(property.Name, StringComparer.Ordinal) && property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() == 2))
        {
            Of(changes, lead).Add((at, property.Name, property.Value[0].ValueKind switch { JsonValueKind.Null => null, JsonValueKind.String => property.Value[0].GetString(), _ => "1" }));
        }
    }

    private static List<T> Of<T>(Dictionary<Guid, List<T>> lists, Guid key) => lists.TryGetValue(key, out var list) ? list : lists[key] = [];

    private static bool IsOpen(LeadRow lead) => lead.Values["state"] is "new" or "working" or "qualified";

    /// <summary>Open leads as they are now.</summary>
    public List<LeadSnapshot> Open(DateTimeOffset now) => [.. leads.Where(IsOpen).Select(lead => At(lead, now.ToUnixTimeMilliseconds()))];

    /// <summary>
    /// Each lead whose outcome is known at one moment of its life, chosen by its id; by the day that was. To the ended ones come those left lying, as not converted:
    /// a model that knows only leads that somebody closed has never seen an old one, and takes age for whatever the quick ones were.
    /// </summary>
    /// <returns>The snapshots, how many of them were left lying, and after how many days a lead counts so: nineteen of twenty that converted had done so by then; null while too few have.</returns>
    public (List<LeadSnapshot> Known, int LeftLying, double? Patience) Ended(DateTimeOffset now)
    {
        var today = now.ToUnixTimeMilliseconds();
        var lives = leads.Where(lead => lead.Ended is not null && lead.Values["state"] == "converted").Select(lead => lead.Ended!.Value - lead.Created).Order().ToList();
        var patience = lives.Count < FewestConverted ? (long?)null : Math.Max(Day, lives[(int)(0.95 * (lives.Count - 1))]);
        var found = new List<LeadSnapshot>();
        var lying = 0;
        foreach (var lead in leads)
        {
            var lies = IsOpen(lead) && patience is { } longest && today - lead.Created > longest;
            if (lead.Ended is null && !lies)
            {
                continue;
            }

            lying += lies ? 1 : 0;
            var hash = BitConverter.ToUInt64(System.Security.Cryptography.SHA256.HashData(lead.Id.ToByteArray()), 0);
            // Before its end, in which the state itself would tell the outcome.
            var at = lead.Created + (long)(Math.Max(0, (lead.Ended ?? today) - 1 - lead.Created) * (hash % 1000 / 1000.0));
            found.Add(At(lead, at) with { Won = lead.Values["state"] == "converted", EndedAt = DateTimeOffset.FromUnixTimeMilliseconds(lead.Ended ?? lead.Created + patience!.Value) });
        }

        return ([.. found.OrderBy(snapshot => snapshot.EndedAt).ThenBy(snapshot => snapshot.Lead)], lying, patience / (double)Day);
    }

    private LeadSnapshot At(LeadRow lead, long at)
    {
        var values = new Dictionary<string, string?>(lead.Values, StringComparer.Ordinal);
        // Backwards in time: what a later change found there was what one knew.
        foreach (var (_, field, before) in (changes.GetValueOrDefault(lead.Id) ?? []).Where(change => change.At > at).OrderByDescending(change => change.At))
        {
            values[field] = before;
        }

        var times = contacts.GetValueOrDefault(lead.Id) ?? [];
        var until = times.BinarySearch(at);
        until = until >= 0 ? until : ~until;
        var state = values["state"] is "new" or "working" or "qualified" ? values["state"]! : "new";
        return new LeadSnapshot(
            lead.Id, state, Math.Max(0, (at - lead.Created) / (double)Day), lead.Answered is { } answered && answered <= at ? lead.AnsweredMinutes : null, until, until > 0 ? (at - times[until - 1]) / (double)Day : null,
            Kept.Take(6).Count(name => values[name] is { Length: > 0 }), values["referredBy"] is not null, values["source"], values["campaign"], values["productLine"], values["industry"], values["province"]);
    }
}
