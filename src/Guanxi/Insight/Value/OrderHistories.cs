using Guanxi.Database;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Value;

/// <summary>
/// What the orders say of each customer who has any, as columns: one place a customer, in the order of their ids.
/// A day on which more came back than was bought is a return: it lowers the money and is no purchase (as in <see cref="PurchaseLog"/>).
/// </summary>
public sealed class OrderHistories
{
    private const int DaysInYear = 365;
    private readonly List<Guid> ids = [];
    private readonly List<int> first = [];
    private readonly List<int> last = [];
    private readonly List<int> purchases = [];
    private readonly List<double> revenue = [];
    private readonly List<double> margin = [];
    private readonly List<double> current = [];
    private readonly List<double> repeatSpend = [];
    private readonly List<bool> costKnown = [];
    private readonly Dictionary<int, int[]> days = [];
    private readonly int sampleEvery;

    private OrderHistories(DateOnly asOf, int sampleEvery) => (AsOf, this.sampleEvery) = (asOf, sampleEvery);

    public DateOnly AsOf { get; }

    public int Count => ids.Count;

    /// <summary>Orders read, lines of the history.</summary>
    public long Orders { get; private set; }

    /// <summary>Orders dated after <see cref="AsOf"/>, left out.</summary>
    public long Future { get; private set; }

    /// <summary>Orders without a cost, whose margin is the company's usual one.</summary>
    public long WithoutCost { get; private set; }

    public IReadOnlyList<Guid> Ids => ids;

    /// <summary>Day numbers of the first and last purchase; of one who only ever gave back, of the first and last return.</summary>
    public IReadOnlyList<int> FirstDay => first;

    public IReadOnlyList<int> LastDay => last;

    /// <summary>Days with a purchase.</summary>
    public IReadOnlyList<int> Purchases => purchases;

    /// <summary>Money in the company's currency, returns taken off.</summary>
    public IReadOnlyList<double> Revenue => revenue;

    /// <summary>Revenue less cost.</summary>
    public IReadOnlyList<double> Margin => margin;

    /// <summary>The margin of the last 365 days.</summary>
    public IReadOnlyList<double> CurrentMargin => current;

    /// <summary>Whether every order of the customer has a cost of its own.</summary>
    public IReadOnlyList<bool> CostKnown => costKnown;

    /// <summary>Purchase days of a sample of the customers, for validation: place → day numbers.</summary>
    public IReadOnlyDictionary<int, int[]> SampledDays => days;

    public double MeanRepeatSpend(int place) => purchases[place] > 1 ? repeatSpend[place] / (purchases[place] - 1) : 0;

    /// <summary>Repeat purchases, time from first to last, and age, in weeks.</summary>
    public PurchaseSummary Summary(int place) => new(Math.Max(0, purchases[place] - 1), purchases[place] > 1 ? (last[place] - first[place]) / 7.0 : 0, Math.Max(0, AsOf.DayNumber - first[place]) / 7.0);

    /// <summary>Reads every order that counts, in one pass over an index that has all that is needed.</summary>
    /// <param name="asOf">Orders after this day are left out.</param>
    /// <param name="usualMargin">Share of the amount that remains where an order has no cost, 0…1.</param>
    /// <param name="sampleEvery">Purchase days are kept of every n-th customer.</param>
    public static async Task<OrderHistories> ReadAsync(DatabaseSession session, DateOnly asOf, double usualMargin, int sampleEvery, CancellationToken cancel = default)
    {
        var histories = new OrderHistories(asOf, sampleEvery);
        await using var reader = await session.ReadAsync(
            Sql.Of($"SELECT customer_id, ordered_on, kind, home_amount, home_cost FROM sales_order WHERE deleted_at IS NULL AND status NOT IN ('draft', 'cancelled') ORDER BY customer_id, ordered_on"), cancel);
        var dialect = session.Dialect;
        var gathering = new Gathering();
        Guid? at = null;
        while (await reader.ReadAsync(cancel))
        {
            var customer = dialect.ReadId(reader, 0);
            if (customer != at)
            {
                histories.Take(at, gathering);
                (at, gathering) = (customer, new Gathering());
            }

            var day = DateOnly.ParseExact(reader.GetString(1), "yyyy-MM-dd").DayNumber;
            if (day > asOf.DayNumber)
            {
                histories.Future++;
                continue;
            }

            histories.Orders++;
            var sign = reader.GetString(2) == "return" ? -1 : 1;
            var amount = sign * reader.GetInt64(3) / 10_000.0;
            var known = !reader.IsDBNull(4);
            histories.WithoutCost += known ? 0 : 1;
            gathering.Add(day, amount, known ? amount - (sign * reader.GetInt64(4) / 10_000.0) : amount * usualMargin, known, asOf.DayNumber - DaysInYear);
        }

        histories.Take(at, gathering);
        return histories;
    }

    private void Take(Guid? customer, Gathering found)
    {
        found.CloseDay();
        if (customer is not { } id || found.Seen == 0)
        {
            return;
        }

        if (ids.Count % sampleEvery == 0)
        {
            days[ids.Count] = [.. found.Days];
        }

        ids.Add(id);
        first.Add(found.Days.Count > 0 ? found.Days[0] : found.FirstSeen);
        last.Add(found.Days.Count > 0 ? found.Days[^1] : found.LastSeen);
        purchases.Add(found.Days.Count);
        revenue.Add(found.Revenue);
        margin.Add(found.Margin);
        current.Add(found.Current);
        repeatSpend.Add(found.RepeatSpend);
        costKnown.Add(found.CostKnown);
    }

    /// <summary>One customer's orders as they come, day by day.</summary>
    private sealed class Gathering
    {
        private int day = int.MinValue;
        private double ofDay;

        public List<int> Days { get; } = [];

        public int Seen { get; private set; }

        public int FirstSeen { get; private set; }

        public int LastSeen { get; private set; }

        public double Revenue { get; private set; }

        public double Margin { get; private set; }

        public double Current { get; private set; }

        public double RepeatSpend { get; private set; }

        public bool CostKnown { get; private set; } = true;

        public void Add(int on, double amount, double left, bool known, int currentAfter)
        {
            if (on != day)
            {
                CloseDay();
                (day, ofDay) = (on, 0);
            }

            FirstSeen = Seen++ == 0 ? on : FirstSeen;
            LastSeen = on;
            ofDay += amount;
            Revenue += amount;
            Margin += left;
            Current += on > currentAfter ? left : 0;
            CostKnown &= known;
        }

        public void CloseDay()
        {
            if (day != int.MinValue && ofDay >= 0)
            {
                RepeatSpend += Days.Count > 0 ? ofDay : 0;
                Days.Add(day);
            }

            day = int.MinValue;
        }
    }
}
