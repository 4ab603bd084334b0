using System.Globalization;
using System.Text;
using Guanxi.Bench.Server;
using Guanxi.Database;
using Guanxi.Rollout.Samples;

namespace Guanxi.Bench.Operations;

/// <summary>An order taken, and the age of all that is owed: an invoice for every customer of the company, about one in seven of them still open.</summary>
public sealed class MoneyOperations(World world, FloorConnection floor)
{
    private const int RowsAtOnce = 50_000;
    private static readonly int[] Limits = [30, 60, 90, 180];

    private static readonly string[] Columns =
    [
        "id", "version", "created_at", "updated_at", "number", "customer_id", "kind", "status", "issued_on", "due_on", "amount", "amount_currency", "tax_rate", "rate", "home_amount", "home_amount_currency",
        "paid", "paid_currency", "written_off", "written_off_currency", "open_amount", "open_amount_currency", "open_home", "open_home_currency", "payment", "overdue_since", "dunned", "owner_id", "access_owner_id",
    ];

    private readonly SampleRandom random = new((int)(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() % int.MaxValue));

    public IEnumerable<Operation> All()
    {
        yield return new Operation("order.create", Target.Write, CreateOrder, CreateOrderFloor);
        yield return new Operation("receivables.aging", new Target(P95: 50), _ => PreparedRequest.Make("GET", "/api/v1/receivables/aging", world.Manager.Token), AgingFloor);
    }

    private Caller Seller(int at) => world.Sellers[at % world.Sellers.Count];

    private Guid Customer(int at) => Seller(at).Customers[at / world.Sellers.Count * 31 % Seller(at).Customers.Count];

    private PreparedRequest CreateOrder(int at) =>
        PreparedRequest.Make("POST", "/api/v1/orders", Seller(at).Token, Encoding.UTF8.GetBytes($$"""{"customer":"{{Customer(at)}}","amount":{"amount":"{{at + 100}}.50","currency":"CNY"},"promisedOn":"{{Today().AddDays(14):yyyy-MM-dd}}"}"""));

    private static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(8));

    private int CreateOrderFloor(int at)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (moment, owner, customer, id, today) = (now.ToUnixTimeMilliseconds(), Seller(at).Person.Id, Customer(at), random.Id(now), Today().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var amount = ((at + 100) * 10_000L) + 5_000;
        floor.Begin();
        using (floor.Read("SELECT owner_id FROM customer WHERE id = $1 AND owner_id = $2 AND deleted_at IS NULL", customer, owner))
        {
            // Only whether it is there and his.
        }

        var count = 0L;
        using (var reader = floor.Read("INSERT INTO number_counter (name, last) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET last = number_counter.last + 1 RETURNING last", "FLOOR" + today))
        {
            reader.Read();
            count = reader.GetInt64(0);
        }

        var number = $"F{today}-{count:0000}";
        floor.Execute(
            "INSERT INTO sales_order (id, version, created_at, created_by, updated_at, updated_by, number, customer_id, kind, status, ordered_on, amount, amount_currency, rate, home_amount, home_amount_currency, promised_on, owner_id, access_owner_id) VALUES ($1, 1, $2, $3, $2, $3, $4, $5, 'sale', 'confirmed', $6, $7, 'CNY', 1.0, $7, 'CNY', $6, $3, $3)",
            id, moment, owner, number, customer, today, amount);
        FloorLedger.Add(floor, now, owner, "create", "orders", id, $$"""{"number":[null,"{{number}}"],"customer":[null,"{{customer}}"],"amount":[null,{{amount}}],"orderedOn":[null,"{{today}}"]}""");
        floor.Commit();
        return floor.Answer(writer =>
        {
            writer.WriteString("id", id);
            writer.WriteNumber("version", 1);
            writer.WriteString("number", number);
            writer.WriteString("customer", customer);
            writer.WriteString("orderedOn", today);
            writer.WriteString("amount", (amount / 10_000m).ToString("0.00", CultureInfo.InvariantCulture));
        });
    }

    /// <summary>By customer and bucket, as a program with this one page would write it.</summary>
    private int AgingFloor(int at)
    {
        var today = Today();
        var owners = world.Manager.Owners;
        string Day(int days) => $"'{today.AddDays(-days):yyyy-MM-dd}'";
        var buckets = new List<string> { $"due_on >= {Day(0)}" };
        for (var i = 0; i < Limits.Length; i++)
        {
            buckets.Add($"due_on < {Day(i == 0 ? 0 : Limits[i - 1])} AND due_on >= {Day(Limits[i])}");
        }

        buckets.Add($"due_on < {Day(Limits[^1])}");
        var sums = string.Join(", ", buckets.Select(bucket => $"COALESCE(SUM(CASE WHEN {bucket} THEN open_home END), 0)"));
        var sql = $"SELECT customer_id, COUNT(*), SUM(open_home), {sums} FROM invoice WHERE deleted_at IS NULL AND open_home > 0 AND access_owner_id IN ({string.Join(',', owners.Select((_, i) => $"${i + 1}"))}) GROUP BY 1 ORDER BY 3 DESC";
        return floor.Answer(writer =>
        {
            writer.WriteStartArray("rows");
            using (var reader = floor.Read(sql, [.. owners.Select(owner => (object?)owner)]))
            {
                for (var row = 0; reader.Read(); row++)
                {
                    if (row >= 200)
                    {
                        continue;
                    }

                    writer.WriteStartObject();
                    writer.WriteString("id", floor.Id(reader, 0)!.Value);
                    writer.WriteNumber("count", reader.GetInt64(1));
                    writer.WriteStartArray("amounts");
                    for (var column = 2; column < 9; column++)
                    {
                        writer.WriteStringValue((Convert.ToDecimal(reader.GetValue(column)) / 10_000m).ToString("0.00", CultureInfo.InvariantCulture));
                    }

                    writer.WriteEndArray();
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Invoices past the program, once.</summary>
    public static async Task FillAsync(GuanxiDatabase data, Action<string> say, CancellationToken cancel)
    {
        List<(Guid Id, Guid? Owner)> customers;
        await using (var session = await data.ReadAsync(cancel))
        {
            if (await session.ScalarAsync<long?>(Sql.Of($"SELECT MAX(seq) FROM invoice"), cancel) is not null)
            {
                return;
            }

            customers = await session.ListAsync(Sql.Of($"SELECT id, owner_id FROM customer WHERE deleted_at IS NULL ORDER BY seq"), row => (row.Id(0), row.OptionalId(1)), cancel);
        }

        say("  invoices");
        var (random, today, rows, number) = (new Random(11), Today(), new List<object?[]>(RowsAtOnce), 0L);
        foreach (var (id, owner) in customers)
        {
            var amount = (long)(500 * Math.Exp(random.NextDouble() * 5)) * 10_000;
            var open = random.Next(7) == 0;
            var due = today.AddDays(30 - random.Next(open ? 300 : 1000));
            var left = open ? amount : 0;
            rows.Add([Id(random), 1L, 0L, 0L, $"B{++number:00000000}", id, "ordinary", "issued", due.AddDays(-30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), amount, "CNY", 13.0, 1.0, amount, "CNY", amount - left, "CNY", 0L, "CNY", left, "CNY", left, "CNY", !open ? "paid" : due < today ? "overdue" : "open", open && due < today ? due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null, 99L, owner, owner]);
            if (rows.Count == RowsAtOnce)
            {
                await WriteAsync(data, rows, cancel);
            }
        }

        await WriteAsync(data, rows, cancel);
        await data.AnalyzeAsync(cancel);
        await DealOperations.FoldAsync(data, cancel);
        say($"  {number:N0} invoices");
    }

    private static Guid Id(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static async Task WriteAsync(GuanxiDatabase data, List<object?[]> rows, CancellationToken cancel)
    {
        for (var tries = 1; rows.Count > 0; tries++)
        {
            try
            {
                await data.WriteAsync(session => BulkInsert.RunAsync(session, "invoice", Columns, (i, row) => rows[i].CopyTo(row, 0), rows.Count, cancel: cancel).AsTask(), cancel);
                rows.Clear();
            }
            catch (Microsoft.Data.Sqlite.SqliteException error) when (error.SqliteErrorCode == 5 && tries < 20)
            {
                // The server works out the credit of those who got invoices, and has the base just now.
            }
        }
    }
}
