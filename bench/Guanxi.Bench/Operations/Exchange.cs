using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Guanxi.Bench.Company;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;
using Guanxi.Rollout.Samples;
using Guanxi.Platform.Search;

namespace Guanxi.Bench.Operations;

/// <summary>Rows a second in and out.</summary>
/// <param name="ServerCpu">CPU milliseconds of the server (and the database's processes) for each row.</param>
/// <param name="FloorCpu">The same by prepared statements in this process.</param>
public sealed record RowRate(int Rows, double Seconds, double ServerCpu, double FloorCpu)
{
    public double PerSecond => Rows / Seconds;
}

/// <summary>Import of a file of new customers as a seller, and export of a team's customers as its manager.</summary>
public sealed class Exchange(World world, FloorConnection floor, Uri address, Func<double> cpu)
{
    private readonly HttpClient client = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };

    private static readonly TimeSpan MostForUndo = TimeSpan.FromSeconds(90);

    /// <summary>Imports, and then takes the batch back so that the company stays as large as it was; the second rate is null when that takes too long.</summary>
    public async Task<(RowRate Import, RowRate? Undo)> ImportAsync(int rows, CancellationToken cancel)
    {
        var file = MakeFile(rows);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } }, "file", "customers.csv" },
            { new StringContent("""{"type":"customers","mode":"create","owner":"me","mapping":{"客户名称":"name","信用代码":"creditCode","电话":"phone","行业":"industry","城市":"city","级别":"level","外部编号":"externalId"}}"""), "options" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/imports") { Content = form };
        using var answer = await SendAsync(request, world.Sellers[0], cancel);
        var (seconds, used) = (answer.Seconds, answer.Cpu);
        using var json = JsonDocument.Parse(answer.Body);
        var created = json.RootElement.GetProperty("created").GetInt32();
        if (created != rows)
        {
            throw new InvalidOperationException($"Of {rows} rows {created} were created: {answer.Body[..Math.Min(answer.Body.Length, 800)]}");
        }

        using var undo = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/imports/{json.RootElement.GetProperty("batch").GetString()}:undo");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(MostForUndo);
        RowRate? back = null;
        try
        {
            using var undone = await SendAsync(undo, world.Sellers[0], patience.Token);
            back = new RowRate(rows, undone.Seconds, undone.Cpu / rows, double.NaN);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The rows stay; the next run loads nothing anew because of them.
        }

        return (new RowRate(rows, seconds, used / rows, back is null ? double.NaN : ImportFloor(rows)), back);
    }

    public async Task<RowRate> ExportAsync(CancellationToken cancel)
    {
        var path = $"/api/v1/customers:export?format=csv&sort=-lastActivityAt&fields={World.ListFields}";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await SendAsync(request, world.Manager, cancel);
        var rows = answer.Body.AsSpan().Count('\n') - 1;
        return new RowRate(rows, answer.Seconds, answer.Cpu / rows, ExportFloor());
    }

    private sealed record Answer(string Body, double Seconds, double Cpu) : IDisposable
    {
        public void Dispose()
        {
        }
    }

    private async Task<Answer> SendAsync(HttpRequestMessage request, Caller caller, CancellationToken cancel)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", caller.Token);
        var (before, started) = (cpu(), TimeProvider.System.GetTimestamp());
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        var body = await response.Content.ReadAsStringAsync(cancel);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return response.IsSuccessStatusCode ? new Answer(body, seconds, cpu() - before) : throw new HttpRequestException($"{(int)response.StatusCode}: {body[..Math.Min(body.Length, 600)]}");
    }

    private static byte[] MakeFile(int rows)
    {
        var random = new SampleRandom((int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() % int.MaxValue));
        var text = new StringBuilder("客户名称,信用代码,电话,行业,城市,级别,外部编号\n");
        for (var i = 0; i < rows; i++)
        {
            var city = random.Of(SamplePlaces.All);
            var industry = random.Of(SampleIndustries.All);
            text.Append(SampleNames.Company(random, city, industry).Full).Append(',').Append(SampleNumbers.CreditCode(random, random.Of(city.Districts).Code)).Append(',').Append(SampleNumbers.Landline(random, city)).Append(',')
                .Append(industry.Name).Append(',').Append(city.Name).Append(',').Append(random.Of(["VIP", "大客户", "普通", "小客户"])).Append(",I").Append(random.Digits(12)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>CPU milliseconds a row of prepared inserts of row, search terms and ledger in one transaction that is taken back.</summary>
    private double ImportFloor(int rows)
    {
        var lines = Encoding.UTF8.GetString(MakeFile(rows)).Split('\n')[1..^1];
        var type = Guanxi.Customers.Customers.Customer.Description;
        var random = new SampleRandom(1);
        var (owner, now) = (world.Sellers[0].Person.Id, TimeProvider.System.GetUtcNow());
        var head = new byte[32];
        var before = Environment.CpuUsage.TotalTime;
        floor.Begin();
        for (var i = 0; i < lines.Length; i++)
        {
            var cells = lines[i].Split(',');
            var id = random.Id(now);
            var record = type.Create(type);
            record["name"] = cells[0];
            record["creditCode"] = cells[1];
            record["phone"] = cells[2];
            record["externalId"] = cells[6];
            record["owner"] = owner;
            var terms = string.Join(' ', SearchIndex.Terms(record).Select(term => floor.IsSqlite ? term : $"'{term.Replace("'", "''", StringComparison.Ordinal)}'"));
            floor.Execute(
                $"INSERT INTO customer (id, version, created_at, created_by, updated_at, updated_by, name, name_key, kind, stage, credit_code, phone, industry, city, level, external_id, owner_id, owned_since{(floor.IsSqlite ? "" : ", search")}) VALUES ($1, 1, $2, $3, $2, $3, $4, $5, 'company', 'potential', $6, $7, $8, $9, 'ordinary', $10, $3, $2{(floor.IsSqlite ? "" : ", $11::tsvector")})",
                floor.IsSqlite
                    ? [id, now, owner, cells[0], Pinyin.SortKey(cells[0], personName: false), cells[1], cells[2], cells[3], cells[4], cells[6]]
                    : [id, now, owner, cells[0], Pinyin.SortKey(cells[0], personName: false), cells[1], cells[2], cells[3], cells[4], cells[6], terms]);
            if (floor.IsSqlite)
            {
                floor.Execute("INSERT INTO customer_search (rowid, terms) VALUES (last_insert_rowid(), $1)", terms);
            }

            var changes = $$"""{"name":[null,"{{cells[0]}}"],"creditCode":[null,"{{cells[1]}}"],"phone":[null,"{{cells[2]}}"],"city":[null,"{{cells[4]}}"]}""";
            var salt = new byte[16];
            var entry = new Guanxi.Platform.Ledger.LedgerEntry(now, owner, "import", "create", "customers", id, null, changes) { Sequence = 9_000_000_000_000 + i, Salt = salt, ContentHash = Guanxi.Platform.Ledger.LedgerEntry.HashContent(salt, changes) };
            head = entry.Chain(head);
            floor.Execute("INSERT INTO ledger (seq, at, actor_id, surface, action, record_type, record_id, changes, salt, content_hash, hash) VALUES ($1, $2, $3, 'import', 'create', 'customers', $4, $5, $6, $7, $8)", entry.Sequence, now, owner, id, changes, salt, entry.ContentHash, head);
        }

        floor.Rollback();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / rows;
    }

    private double ExportFloor()
    {
        var owners = world.Manager.Owners;
        var before = Environment.CpuUsage.TotalTime;
        var (rows, text) = (0, new StringBuilder());
        using (var reader = floor.Read($"SELECT id, version, name, level, stage, owner_id, city, phone, last_activity_at, next_contact_at FROM customer WHERE owner_id IN ({string.Join(',', owners.Select((_, i) => $"${i + 1}"))}) AND deleted_at IS NULL ORDER BY last_activity_at{floor.Descending}, id DESC", [.. owners.Select(owner => (object?)owner)]))
        {
            while (reader.Read())
            {
                rows++;
                text.Clear();
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    text.Append(reader.GetValue(i)).Append(',');
                }

                Encoding.UTF8.GetBytes(text.ToString());
            }
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Math.Max(1, rows);
    }
}
