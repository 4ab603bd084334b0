using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Guanxi.Bench.Server;
using Guanxi.Database;

namespace Guanxi.Bench.Operations;

/// <summary>
/// The worth of every customer, over HTTP and from the first order to the last row written. The orders come past the program: each customer buys at a rate of its own
/// (Gamma), and leaves with a chance of its own (Beta) after each order, as the models have it. An order has four lines and a half on the average.
/// </summary>
public sealed class ValueRun(GuanxiDatabase data, Action<string> say)
{
    private const int RowsAtOnce = 50_000;
    private const int Days = 1095;
    private const int Products = 400;
    private const int MostLines = 8;

    private static readonly string[] Columns =
    [
        "id", "version", "created_at", "updated_at", "number", "customer_id", "kind", "status", "ordered_on", "amount", "amount_currency", "rate", "home_amount", "home_amount_currency", "cost", "cost_currency", "home_cost", "home_cost_currency", "access_owner_id", "owner_id",
    ];

    private static readonly string[] LineColumns =
    [
        "id", "version", "created_at", "updated_at", "order_id", "customer_id", "product_id", "description", "position", "quantity", "unit_price", "unit_price_currency", "total", "total_currency", "unit_cost", "unit_cost_currency", "owner_id", "access_owner_id",
    ];

    private static readonly string[] ProductColumns = ["id", "version", "created_at", "updated_at", "code", "name", "name_key", "kind", "unit", "list_price", "list_price_currency", "tax_rate", "active"];

    private long ids;

    public sealed record Result(long Orders, int Customers, int Read, double Seconds, string Model, double MegabytesMost, string Parts);

    /// <param name="token">Of somebody who sees every customer.</param>
    public async Task<Result> RunAsync(ServerProcess server, string token, CancellationToken cancel)
    {
        using var client = Client(server, token);
        var started = Stopwatch.GetTimestamp();
        (await client.PostAsync(new Uri("./value:run", UriKind.Relative), JsonContent(), cancel)).EnsureSuccessStatusCode();
        double most = 0;
        while (true)
        {
            most = Math.Max(most, ProcessUse.Memory(server.Id).Own);
            using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri("value", UriKind.Relative), cancel));
            if (!answer.RootElement.GetProperty("running").GetBoolean())
            {
                var run = answer.RootElement.GetProperty("runs")[0];
                return new Result(run.GetProperty("orders").GetInt64(), run.GetProperty("customers").GetInt32(), answer.RootElement.GetProperty("report").GetProperty("read").GetInt32(), Stopwatch.GetElapsedTime(started).TotalSeconds, answer.RootElement.GetProperty("report").GetProperty("model").GetProperty("name").GetString()!, most, answer.RootElement.GetProperty("report").GetProperty("seconds").GetRawText());
            }

            await Task.Delay(200, cancel);
        }
    }

    private static StringContent JsonContent() => new("{}", System.Text.Encoding.UTF8, "application/json");

    private static HttpClient Client(ServerProcess server, string token)
    {
        var client = new HttpClient { BaseAddress = new Uri(server.Address, "/api/v1/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Orders as people make them, through the door.</summary>
    public async Task OrderAsync(ServerProcess server, string token, int count, CancellationToken cancel)
    {
        List<Guid> customers;
        await using (var session = await data.ReadAsync(cancel))
        {
            customers = await session.ListAsync(Sql.Of($"SELECT id FROM customer WHERE deleted_at IS NULL ORDER BY seq LIMIT {count}"), row => row.Id(0), cancel);
        }

        using var client = Client(server, token);
        foreach (var customer in customers)
        {
            using var body = new StringContent(JsonSerializer.Serialize(new { customer, amount = new { amount = "1000", currency = "CNY" } }), System.Text.Encoding.UTF8, "application/json");
            (await client.PostAsync(new Uri("orders", UriKind.Relative), body, cancel)).EnsureSuccessStatusCode();
        }
    }

    public async Task FillAsync(CancellationToken cancel)
    {
        List<(Guid Id, Guid? Owner)> customers;
        await using (var session = await data.ReadAsync(cancel))
        {
            if (await session.ScalarAsync<long?>(Sql.Of($"SELECT MAX(seq) FROM sales_order"), cancel) is not null)
            {
                return;
            }

            customers = await session.ListAsync(Sql.Of($"SELECT id, owner_id FROM customer WHERE deleted_at IS NULL ORDER BY seq"), row => (row.Id(0), row.OptionalId(1)), cancel);
        }

        say("  orders");
        var random = new Random(7);
        var today = DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        var products = Enumerable.Range(0, Products).Select(_ => Id()).ToArray();
        await WriteAsync("product", ProductColumns, [.. products.Select((id, i) => new object?[] { id, 1L, 0L, 0L, $"V{i:000}", $"V{i:000}", $"v{i:000}", "goods", "件", 1_000_000L, "CNY", 13.0, true })], cancel);
        var (rows, lines) = (new List<object?[]>(RowsAtOnce + 100), new List<object?[]>(RowsAtOnce * 5));
        long number = 0, lineNumber = 0;
        foreach (var (customer, owner) in customers)
        {
            var rate = Math.Max(0.02, -Math.Log(1 - random.NextDouble())) * 1.6 / 365;
            var (leaves, spend) = (random.NextDouble() * 0.35, 200 * Math.Exp(random.NextDouble() * 4));
            double day = random.Next(Days);
            do
            {
                var amount = (long)(spend * (0.4 + (1.2 * random.NextDouble())) * 100) * 100;
                var cost = (long)(amount * (0.5 + (0.3 * random.NextDouble())) / 100) * 100;
                var on = today.AddDays((int)day - Days).ToString("yyyy-MM-dd");
                var order = Id();
                rows.Add([order, 1L, 0L, 0L, $"B{++number:00000000}", customer, "sale", "completed", on, amount, "CNY", 1.0, amount, "CNY", cost, "CNY", cost, "CNY", owner, owner]);
                var count = random.Next(1, MostLines + 1);
                for (var line = 0; line < count; line++)
                {
                    var part = (amount / count) + (line == 0 ? amount % count : 0);
                    var at = (int)(Products * random.NextDouble() * random.NextDouble());
                    lines.Add([Id(), 1L, 0L, 0L, order, customer, products[at], $"V{at:000}", (long)line, 1.0, part, "CNY", part, "CNY", cost / count, "CNY", owner, owner]);
                }

                day -= Math.Log(1 - random.NextDouble()) / rate;
            }
            while (day < Days && random.NextDouble() > leaves);
            if (rows.Count >= RowsAtOnce)
            {
                lineNumber += lines.Count;
                await WriteAsync("sales_order", Columns, rows, cancel);
                await WriteAsync("order_line", LineColumns, lines, cancel);
            }
        }

        lineNumber += lines.Count;
        await WriteAsync("sales_order", Columns, rows, cancel);
        await WriteAsync("order_line", LineColumns, lines, cancel);
        await data.AnalyzeAsync(cancel);
        say($"  {number:N0} orders, {lineNumber:N0} lines");
    }

    /// <summary>In the order of their making, as the program's own are.</summary>
    private Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, ++ids);
        bytes[8] = 0xB7;
        return new Guid(bytes, bigEndian: true);
    }

    private async Task WriteAsync(string table, string[] columns, List<object?[]> rows, CancellationToken cancel)
    {
        await data.WriteAsync(
            async session =>
            {
                await BulkInsert.RunAsync(session, table, columns, (i, row) => rows[i].CopyTo(row, 0), rows.Count, cancel: cancel);
                return true;
            },
            cancel);
        rows.Clear();
    }
}
