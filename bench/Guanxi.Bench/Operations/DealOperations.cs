using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Guanxi.Bench.Server;
using Guanxi.Database;

namespace Guanxi.Bench.Operations;

/// <summary>
/// The board and a move on it, of three deals for every ten customers: a third of them open in seven stages, the rest won and lost, as a company has them after some years.
/// The deals come past the program; the process is made over HTTP.
/// </summary>
public sealed class DealOperations(World world, FloorConnection floor, GuanxiDatabase data, Action<string> say)
{
    private const int Stages = 7;
    private const int CardsAStage = 20;
    private const string Name = "bench";
    private const string CardColumns = "d.id, d.version, d.name, d.customer_id, c.name AS customer, d.amount, d.amount_currency, d.home_amount, d.probability, d.expected_close, d.stage_since, d.next_activity_at, d.owner_id";
    private readonly Dictionary<Guid, int> moves = [];
    private Guid process;
    private IReadOnlyList<Guid>[] deals = [];
    private string everything = "";

    /// <param name="token">Of somebody who sees every deal and manages processes.</param>
    public async Task<IReadOnlyList<Operation>> PrepareAsync(Uri address, string token, CancellationToken cancel)
    {
        everything = token;
        process = await ProcessAsync(address, token, cancel);
        await FillAsync(cancel);
        await using var session = await data.ReadAsync(cancel);
        var lists = new List<IReadOnlyList<Guid>>();
        foreach (var seller in world.Sellers)
        {
            lists.Add(await session.ListAsync(Sql.Of($"SELECT id FROM deal WHERE access_owner_id = {seller.Person.Id} AND status = 'open' AND deleted_at IS NULL ORDER BY seq LIMIT 500"), row => row.Id(0), cancel));
        }

        deals = [.. lists];
        return
        [
            new Operation("board", new Target(8, 40), at => Board(world.Manager.Token), _ => BoardFloor(world.Manager.Owners)),
            new Operation("board.everything", new Target(), at => Board(everything), _ => BoardFloor([])),
            new Operation("forecast.team", new Target(8, 40), _ => PreparedRequest.Make("GET", "/api/v1/forecast?period=2027-Q1", world.Manager.Token), ForecastFloor),
            new Operation("deal.move", Target.Write, Move, MoveFloor),
        ];
    }

    private static async Task<Guid> ProcessAsync(Uri address, string token, CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = new Uri(address, "/api/v1/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var found = JsonDocument.Parse(await client.GetStringAsync(new Uri($"sales-processes?filter={Uri.EscapeDataString($"name = \"{Name}\"")}", UriKind.Relative), cancel));
        if (found.RootElement.GetProperty("items") is { } items && items.GetArrayLength() > 0)
        {
            return items[0].GetProperty("id").GetGuid();
        }

        var stages = Enumerable.Range(1, Stages).Select(number => new { key = $"s{number}", name = $"阶段 {number}", probability = number * 12, expectedDays = 20 });
        using var made = await client.PostAsJsonAsync(new Uri("sales-processes", UriKind.Relative), new { name = Name, isDefault = true, definition = new { stages } }, cancel);
        made.EnsureSuccessStatusCode();
        using var process = JsonDocument.Parse(await made.Content.ReadAsStringAsync(cancel));
        return process.RootElement.GetProperty("id").GetGuid();
    }

    /// <summary>One statement that makes three deals of every ten customers out of the customers themselves.</summary>
    private async Task FillAsync(CancellationToken cancel)
    {
        await using (var session = await data.ReadAsync(cancel))
        {
            if (await session.ScalarAsync<long?>(Sql.Of($"SELECT MAX(seq) FROM deal WHERE process_id = {process}"), cancel) is not null)
            {
                return;
            }
        }

        say("  deals");
        var now = TimeProvider.System.GetUtcNow();
        var sqlite = data.Dialect.IsSqlite;
        var id = new SqlName(sqlite ? "randomblob(16)" : "gen_random_uuid()");
        var close = new SqlName(sqlite ? "date('2027-01-01', (c.seq % 180) || ' days')" : "to_char(date '2027-01-01' + (c.seq % 180)::int, 'YYYY-MM-DD')");
        await data.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    Sql.Of($"INSERT INTO deal (id, version, created_at, updated_at, name, name_key, customer_id, process_id, edition, stage, stage_name, stage_order, stage_since, status, probability, own_probability, amount, amount_currency, rate, home_amount, home_amount_currency, expected_close, next_activity_at, closed_at, owner_id, access_owner_id) SELECT {id}, 1, c.created_at, c.created_at, 'B' || c.seq, 'b' || c.seq, c.id, {process}, 1, 's' || (c.seq / 10 % 7 + 1), '阶段 ' || (c.seq / 10 % 7 + 1), c.seq / 10 % 7, {now} - (c.seq % 60) * 86400000, CASE WHEN c.seq % 10 = 0 THEN 'open' WHEN c.seq % 10 = 3 THEN 'won' ELSE 'lost' END, (c.seq / 10 % 7 + 1) * 12, 0, (c.seq % 977 + 1) * 10000000, 'CNY', 1, (c.seq % 977 + 1) * 10000000, 'CNY', {close}, CASE WHEN c.seq % 3 = 0 THEN NULL ELSE {now} + (c.seq % 40 - 20) * 86400000 END, CASE WHEN c.seq % 10 = 0 THEN NULL ELSE {now} - (c.seq % 900) * 86400000 END, c.owner_id, c.owner_id FROM customer c WHERE c.seq % 10 IN (0, 3, 6) AND c.deleted_at IS NULL"), cancel);
                await session.ExecuteAsync(Sql.Of($"INSERT INTO deal_stay (deal_id, number, process_id, edition, stage, entered_at) SELECT id, 1, process_id, 1, stage, stage_since FROM deal WHERE process_id = {process} AND status = 'open'"), cancel);
            },
            cancel);
        await data.AnalyzeAsync(cancel);
        await FoldAsync(data, cancel);
    }

    /// <summary>What the server's keeper does within a minute.</summary>
    internal static async Task FoldAsync(GuanxiDatabase data, CancellationToken cancel)
    {
        foreach (var sum in Guanxi.Sales.SalesSums.All)
        {
            await sum.FoldAsync(data, worth: 1, cancel);
        }
    }

    private PreparedRequest Board(string token) => PreparedRequest.Make("GET", $"/api/v1/deals:board?process={process}", token);

    private int BoardFloor(IReadOnlyList<Guid> owners)
    {
        var reached = owners.Count == 0 ? "" : $" AND d.access_owner_id IN ({string.Join(',', owners.Select((_, i) => $"${i + 2}"))})";
        var order = "d.next_activity_at" + (floor.IsSqlite ? " NULLS LAST" : "");
        object?[] values = [process, .. owners.Select(owner => (object?)owner)];
        return floor.Answer(writer =>
        {
            floor.WriteRows(writer, "sums", $"SELECT d.stage, COUNT(*) AS count, SUM(d.home_amount) AS sum, SUM(d.home_amount / 100.0 * d.probability) AS weighted FROM deal d WHERE d.process_id = $1 AND d.status = 'open' AND d.deleted_at IS NULL{reached} GROUP BY d.stage", values);
            for (var stage = 1; stage <= Stages; stage++)
            {
                floor.WriteRows(writer, $"s{stage}", $"SELECT {CardColumns} FROM deal d JOIN customer c ON c.id = d.customer_id WHERE d.process_id = $1 AND d.stage = 's{stage}' AND d.status = 'open' AND d.deleted_at IS NULL{reached} ORDER BY {order}, d.id LIMIT {CardsAStage}", values);
            }
        });
    }

    /// <summary>Open deals of the quarter by owner and category, what was won in it and what is late, for a manager's people.</summary>
    private int ForecastFloor(int at)
    {
        var owners = world.Manager.Owners;
        string Reached(int before) => $"d.deleted_at IS NULL AND d.access_owner_id IN ({string.Join(',', owners.Select((_, i) => $"${i + before + 1}"))})";
        object?[] With(params object?[] values) => [.. values, .. owners.Select(owner => (object?)owner)];
        var (from, until) = (new DateTimeOffset(2026, 12, 31, 16, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), new DateTimeOffset(2027, 3, 31, 16, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(8)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        const string Category = "CASE WHEN d.forecast IS NOT NULL THEN d.forecast WHEN d.probability >= 80 THEN 'commit' WHEN d.probability >= 50 THEN 'bestCase' ELSE 'pipeline' END";
        return floor.Answer(writer =>
        {
            floor.WriteRows(writer, "open", $"SELECT d.owner_id, {Category} AS category, COUNT(*) AS count, SUM(d.home_amount) AS sum, SUM(d.home_amount / 100.0 * d.probability) AS weighted FROM deal d WHERE d.status = 'open' AND d.expected_close >= '2027-01-01' AND d.expected_close < '2027-04-01' AND {Reached(0)} GROUP BY 1, 2", With());
            floor.WriteRows(writer, "won", $"SELECT d.owner_id, COUNT(*) AS count, SUM(d.home_amount) AS sum FROM deal d WHERE d.status = 'won' AND d.closed_at >= $1 AND d.closed_at < $2 AND {Reached(2)} GROUP BY 1", With(from, until));
            floor.WriteRows(writer, "late", $"SELECT d.owner_id, COUNT(*) AS count FROM deal d WHERE d.status = 'open' AND d.expected_close < $1 AND {Reached(1)} GROUP BY 1", With(today));
        });
    }

    private (Caller Seller, Guid Deal, int Stage) Next(int at)
    {
        var seller = at % world.Sellers.Count;
        var deal = deals[seller][at / world.Sellers.Count * 31 % deals[seller].Count];
        lock (moves)
        {
            // Always another stage than the one before, so that every call is a real move.
            return (world.Sellers[seller], deal, moves[deal] = (moves.GetValueOrDefault(deal) + 1) % Stages);
        }
    }

    private PreparedRequest Move(int at)
    {
        var (seller, deal, stage) = Next(at);
        return PreparedRequest.Make("POST", $"/api/v1/deals/{deal}:move", seller.Token, Encoding.UTF8.GetBytes($$"""{"stage":"s{{stage + 1}}"}"""));
    }

    private int MoveFloor(int at)
    {
        var now = TimeProvider.System.GetUtcNow();
        var moment = now.ToUnixTimeMilliseconds();
        var (seller, deal, stage) = Next(at);
        floor.Begin();
        var bytes = floor.Answer(writer => floor.WriteRows(writer, "deal", "SELECT d.*, (SELECT definition FROM sales_process_edition e WHERE e.process_id = d.process_id AND e.edition = d.edition) AS definition FROM deal d WHERE d.id = $1 AND d.access_owner_id = $2 AND d.deleted_at IS NULL", deal, seller.Person.Id));
        floor.Execute("UPDATE deal SET version = version + 1, updated_at = $1, updated_by = $2, stage = $3, stage_name = $4, stage_order = $5, stage_since = $1, probability = $6 WHERE id = $7", moment, seller.Person.Id, $"s{stage + 1}", $"阶段 {stage + 1}", (long)stage, (long)(stage + 1) * 12, deal);
        floor.Execute("UPDATE deal_stay SET left_at = $1 WHERE deal_id = $2 AND left_at IS NULL", moment, deal);
        floor.Execute("INSERT INTO deal_stay (deal_id, number, process_id, edition, stage, entered_at, entered_by) SELECT $1, COALESCE(MAX(number), 0) + 1, $2, 1, $3, $4, $5 FROM deal_stay WHERE deal_id = $1", deal, process, $"s{stage + 1}", moment, seller.Person.Id);
        FloorLedger.Add(floor, now, seller.Person.Id, "move", "deals", deal, $$"""{"stage":["s1","s{{stage + 1}}"],"stageName":["阶段 1","阶段 {{stage + 1}}"],"stageSince":[null,{{moment}}],"probability":[12,{{(stage + 1) * 12}}]}""");
        floor.Commit();
        return bytes;
    }
}
