using Guanxi.Database;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Value;

/// <summary>
/// What the orders say of each customer who has any, as columns: one place a customer, in the order of their ids.
/// A day on which more came back than was bought is a return: it lowers the money and is no purchase (as in <see cref="PurchaseLog"/>).
/// </summary>
public sealed class OrderHistories
{
    public const int DaysInYear = 365;

    /// <summary>So many customers say how well the model did.</summary>
    private const int MostSampled = 20_000;

    private readonly List<Guid> ids = [];
    private readonly List<int> first = [];
    private readonly List<int> last = [];
    private readonly List<int> purchases = [];
    private readonly List<double> revenue = [];
    private readonly List<double> margin = [];
    private readonly List<double> current = [];
    private readonly List<double> repeatSpend = [];
    private readonly List<(int Orders, int WithoutCost)> counts = [];
    private readonly List<byte[]> days = [];

    internal OrderHistories(DateOnly asOf) => AsOf = asOf;

    public DateOnly AsOf { get; }

    public int Count => ids.Count;

    /// <summary>Orders read, lines of the history.</summary>
    public long Orders { get; private set; }

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

    /// <summary>Orders of the customer, and those of them without a cost of their own.</summary>
    public IReadOnlyList<(int Orders, int WithoutCost)> Counts => counts;

    /// <summary>Money of all purchases but the first.</summary>
    public IReadOnlyList<double> RepeatSpend => repeatSpend;

    /// <summary>The days with a purchase, each as so many days after the one before, seven bits a byte.</summary>
    internal IReadOnlyList<byte[]> PackedDays => days;

    /// <summary>Purchase days of a sample of the customers, for validation: place and day numbers.</summary>
    public IEnumerable<(int Place, IReadOnlyList<int> Days)> SampledDays
    {
        get
        {
            var every = Math.Max(1, Count / MostSampled);
            for (var place = 0; place < Count; place += every)
            {
                yield return (place, Days(place));
            }
        }
    }

    public IReadOnlyList<int> Days(int place) => DayPacking.Unpack(days[place]);

    /// <summary>Repeat purchases, time from first to last, and age, in weeks.</summary>
    public PurchaseSummary Summary(int place) => new(Math.Max(0, purchases[place] - 1), purchases[place] > 1 ? (last[place] - first[place]) / 7.0 : 0, Math.Max(0, AsOf.DayNumber - first[place]) / 7.0);

    /// <summary>Reads every order that counts, in one pass over an index that has all that is needed.</summary>
    /// <param name="asOf">Orders after this day are left out.</param>
    /// <param name="usualMargin">Share of the amount that remains where an order has no cost, 0…1.</param>
    public static async Task<OrderHistories> ReadAsync(DatabaseSession session, DateOnly asOf, double usualMargin, CancellationToken cancel = default)
    {
        var histories = new OrderHistories(asOf);
        await histories.GatherAsync(session, new Sql(), usualMargin, cancel);
        return histories;
    }

    /// <summary>Adds the customers of some orders, by id; those that are there already come before them.</summary>
    /// <param name="which">A condition that begins with AND, or nothing for all.</param>
    internal async Task GatherAsync(DatabaseSession session, Sql which, double usualMargin, CancellationToken cancel)
    {
        await using var reader = await session.ReadAsync(
            new Sql().Append("SELECT customer_id, ordered_on, kind, home_amount, home_cost FROM sales_order WHERE deleted_at IS NULL AND status NOT IN ('draft', 'cancelled')").Append(which).Append(" ORDER BY customer_id, ordered_on"), cancel);
        var dialect = session.Dialect;
        var gathering = new Gathering();
        Guid? at = null;
        while (await reader.ReadAsync(cancel))
        {
            var customer = dialect.ReadId(reader, 0);
            if (customer != at)
            {
                Take(at, gathering);
                (at, gathering) = (customer, new Gathering());
            }

            var day = DateOnly.ParseExact(reader.GetString(1), "yyyy-MM-dd").DayNumber;
            if (day > AsOf.DayNumber)
            {
                continue;
            }

            var sign = reader.GetString(2) == "return" ? -1 : 1;
            var amount = sign * reader.GetInt64(3) / 10_000.0;
            var known = !reader.IsDBNull(4);
            gathering.Add(day, amount, known ? amount - (sign * reader.GetInt64(4) / 10_000.0) : amount * usualMargin, known, AsOf.DayNumber - DaysInYear);
        }

        Take(at, gathering);
    }

    /// <summary>Adds a customer of others, as it is there.</summary>
    internal void Take(OrderHistories others, int place)
    {
        var (orders, withoutCost) = others.counts[place];
        Add(others.ids[place], orders, withoutCost, others.first[place], others.last[place], others.purchases[place], others.revenue[place], others.margin[place], others.current[place], others.repeatSpend[place], others.days[place]);
    }

    internal void Add(Guid id, int orders, int withoutCost, int firstDay, int lastDay, int purchaseDays, double income, double left, double lastYear, double repeats, byte[] packedDays)
    {
        Orders += orders;
        WithoutCost += withoutCost;
        ids.Add(id);
        counts.Add((orders, withoutCost));
        first.Add(firstDay);
        last.Add(lastDay);
        purchases.Add(purchaseDays);
        revenue.Add(income);
        margin.Add(left);
        current.Add(lastYear);
        repeatSpend.Add(repeats);
        days.Add(packedDays);
    }

    private void Take(Guid? customer, Gathering found)
    {
        found.CloseDay();
        if (customer is { } id && found.Orders > 0)
        {
            Add(id, found.Orders, found.WithoutCost, found.Days.Count > 0 ? found.Days[0] : found.FirstSeen, found.Days.Count > 0 ? found.Days[^1] : found.LastSeen, found.Days.Count, found.Revenue, found.Margin, found.Current, found.RepeatSpend, DayPacking.Pack(found.Days));
        }
    }

    /// <summary>One customer's orders as they come, day by day.</summary>
    private sealed class Gathering
    {
        private int day = int.MinValue;
        private double ofDay;

        public List<int> Days { get; } = [];

        public int Orders { get; private set; }

        public int WithoutCost { get; private set; }

        public int FirstSeen { get; private set; }

        public int LastSeen { get; private set; }

        public double Revenue { get; private set; }

        public double Margin { get; private set; }

        public double Current { get; private set; }

        public double RepeatSpend { get; private set; }

        public void Add(int on, double amount, double left, bool known, int currentAfter)
        {
            if (on != day)
            {
                CloseDay();
                (day, ofDay) = (on, 0);
            }

            FirstSeen = Orders++ == 0 ? on : FirstSeen;
            LastSeen = on;
            ofDay += amount;
            Revenue += amount;
            Margin += left;
            Current += on > currentAfter ? left : 0;
            WithoutCost += known ? 0 : 1;
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
