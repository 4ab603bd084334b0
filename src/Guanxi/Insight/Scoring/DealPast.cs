using Guanxi.Database;
using Guanxi.Insight.Value;

namespace Guanxi.Insight.Scoring;

/// <summary>The deals with everything that carries a date, so that one can ask what was known at any moment.</summary>
internal sealed class DealPast
{
    private const long Day = 86_400_000;
    private const int MostClosed = 20_000;

    private sealed record DealRow(Guid Id, Guid Customer, string Status, DateTimeOffset Created, DateTimeOffset? Closed, string? ProductLine, string? Source, string? Industry);

    private sealed record StayRow(string Stage, DateTimeOffset From, DateTimeOffset? Until);

    private readonly List<DealRow> deals = [];
    private readonly Dictionary<Guid, List<StayRow>> stays = [];
    private readonly Dictionary<Guid, List<long>> contacts = [];
    private readonly Dictionary<Guid, IReadOnlyList<int>> orders = [];
    private readonly Dictionary<Guid, List<(DateTimeOffset At, bool Won)>> outcomes = [];

    /// <summary>The probability that the process itself gives each open deal, 0…1.</summary>
    public Dictionary<Guid, double> Usual { get; } = [];

    public static async Task<DealPast> ReadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var past = new DealPast();
        // The latest closed ones and all that are open.
        var oldest = await session.ScalarAsync<long?>(Sql.Of($"SELECT MIN(closed_at) FROM (SELECT closed_at FROM deal WHERE deleted_at IS NULL AND closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT {MostClosed}) x"), cancel) ?? 0;
        var which = Sql.Of($"d.deleted_at IS NULL AND (d.status = 'open' OR d.closed_at >= {oldest})");
        foreach (var row in await session.ListAsync(
            Sql.Of($"SELECT d.id, d.customer_id, d.status, d.created_at, d.closed_at, d.product_line, d.source, c.industry, d.probability FROM deal d JOIN customer c ON c.id = d.customer_id WHERE {which}"),
            r => (Deal: new DealRow(r.Id(0), r.Id(1), r.Text(2), r.Instant(3), r.OptionalInstant(4), r.OptionalText(5), r.OptionalText(6), r.OptionalText(7)), Probability: r.Integer(8)), cancel))
        {
            past.deals.Add(row.Deal);
            if (row.Deal.Status == "open")
            {
                past.Usual[row.Deal.Id] = row.Probability / 100.0;
            }
            else if (row.Deal.Closed is { } closed)
            {
                Of(past.outcomes, row.Deal.Customer).Add((closed, row.Deal.Status == "won"));
            }
        }

        var stages = (await session.ListAsync(Sql.Of($"SELECT DISTINCT process_id, stage, stage_name FROM deal"), r => (r.Id(0), r.Text(1), r.Text(2)), cancel)).DistinctBy(item => (item.Item1, item.Item2)).ToDictionary(item => (item.Item1, item.Item2), item => item.Item3);
        foreach (var (deal, stay) in await session.ListAsync(
            Sql.Of($"SELECT s.deal_id, s.process_id, s.stage, s.entered_at, s.left_at FROM deal_stay s JOIN deal d ON d.id = s.deal_id WHERE {which} ORDER BY s.deal_id, s.number"),
            r => (r.Id(0), new StayRow(stages.GetValueOrDefault((r.Id(1), r.Text(2)), r.Text(2)), r.Instant(3), r.OptionalInstant(4))), cancel))
        {
            Of(past.stays, deal).Add(stay);
        }

        foreach (var (customer, at) in await session.ListAsync(
            Sql.Of($"SELECT a.customer_id, a.at FROM activity a WHERE a.status = 'done' AND a.deleted_at IS NULL AND a.customer_id IN (SELECT d.customer_id FROM deal d WHERE {which})"), r => (r.Id(0), r.Integer(1)), cancel))
        {
            Of(past.contacts, customer).Add(at);
        }

        foreach (var (customer, days) in await session.ListAsync(
            Sql.Of($"SELECT h.customer_id, h.days FROM order_history h WHERE h.customer_id IN (SELECT d.customer_id FROM deal d WHERE {which})"), r => (r.Id(0), r.IsNull(1) ? [] : DayPacking.Unpack(r.Bytes(1))), cancel))
        {
            past.orders[customer] = days;
        }

        foreach (var times in past.contacts.Values)
        {
            times.Sort();
        }

        return past;
    }

    private static List<T> Of<T>(Dictionary<Guid, List<T>> lists, Guid key) => lists.TryGetValue(key, out var list) ? list : lists[key] = [];

    /// <summary>Open deals as they are now.</summary>
    public List<DealSnapshot> Open(DateTimeOffset now) => [.. deals.Where(deal => deal.Status == "open" && stays.ContainsKey(deal.Id)).Select(deal => At(deal, now))];

    /// <summary>Each closed deal at one moment of its life, chosen by its id: a stay of it, and a moment in that. By the day it closed.</summary>
    public List<DealSnapshot> Closed()
    {
        var found = new List<DealSnapshot>();
        foreach (var deal in deals.Where(deal => deal.Status != "open" && deal.Closed is not null && stays.ContainsKey(deal.Id)))
        {
            var own = stays[deal.Id];
            var hash = BitConverter.ToUInt64(System.Security.Cryptography.SHA256.HashData(deal.Id.ToByteArray()), 0);
            var stay = own[(int)(hash % (ulong)own.Count)];
            var until = stay.Until is { } left && left < deal.Closed ? left : deal.Closed!.Value;
            var at = stay.From + ((until - stay.From) * ((hash >> 20) % 1000 / 1000.0));
            found.Add(At(deal, at) with { Won = deal.Status == "won", ClosedAt = deal.Closed.Value });
        }

        return [.. found.OrderBy(snapshot => snapshot.ClosedAt).ThenBy(snapshot => snapshot.Deal)];
    }

    private DealSnapshot At(DealRow deal, DateTimeOffset at)
    {
        var own = stays[deal.Id].Where(stay => stay.From <= at).ToList();
        var stay = own.Count > 0 ? own[^1] : stays[deal.Id][0];
        var moment = at.ToUnixTimeMilliseconds();
        var times = contacts.GetValueOrDefault(deal.Customer) ?? [];
        var before = times.BinarySearch(moment);
        before = before >= 0 ? before : ~before;
        var recent = times.BinarySearch(moment - (30 * Day));
        recent = recent >= 0 ? recent : ~recent;
        var bought = (orders.GetValueOrDefault(deal.Customer) ?? []).Where(day => day < DateOnly.FromDateTime(at.UtcDateTime).DayNumber).ToList();
        var others = (outcomes.GetValueOrDefault(deal.Customer) ?? []).Where(outcome => outcome.At < at).ToList();
        return new DealSnapshot(
            deal.Id, at, stay.Stage, Math.Max(1, own.Count), Math.Max(0, (at - deal.Created).TotalDays), Math.Max(0, (at - stay.From).TotalDays), before - recent, before > 0 ? (moment - times[before - 1]) / (double)Day : null,
            bought.Count, bought.Count > 0 ? DateOnly.FromDateTime(at.UtcDateTime).DayNumber - bought[^1] : null, others.Count(outcome => outcome.Won), others.Count(outcome => !outcome.Won), deal.ProductLine, deal.Source, deal.Industry);
    }
}
