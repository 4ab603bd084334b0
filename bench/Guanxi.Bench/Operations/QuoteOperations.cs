using System.Text;
using Guanxi.Bench.Server;
using Guanxi.Rollout.Samples;

namespace Guanxi.Bench.Operations;

/// <summary>A hundred lines priced for a customer against fifty thousand prices: lists that suit, quantity breaks, tax and sums.</summary>
public sealed class QuoteOperations
{
    private const int Products = 500;
    private const int Lists = 10;
    private const int Breaks = 10;
    private const int Lines = 100;
    private readonly World world;
    private readonly FloorConnection floor;
    private readonly List<Guid> products = [];

    /// <summary>Goods and prices are added once to a company that has none, past the program.</summary>
    public QuoteOperations(World world, FloorConnection floor)
    {
        (this.world, this.floor) = (world, floor);
        ReadProducts();
        if (products.Count == 0)
        {
            Stock();
            ReadProducts();
        }
    }

    public Operation Price() => new("quote.price", new Target(8, 25), Request, Floor);

    private void ReadProducts()
    {
        using var reader = floor.Read("SELECT id FROM product ORDER BY code");
        while (reader.Read())
        {
            products.Add(floor.Id(reader, 0)!.Value);
        }
    }

    private void Stock()
    {
        var (random, now) = (new SampleRandom(20261122), TimeProvider.System.GetUtcNow());
        var at = now.ToUnixTimeMilliseconds();
        floor.Begin();
        var lists = Enumerable.Range(0, Lists).Select(i => (Id: random.Id(now), Level: i == 0 ? null : i % 2 == 0 ? "major" : "vip", Province: i < 3 ? null : "省" + i)).ToList();
        foreach (var (list, i) in lists.Select((list, i) => (list, i)))
        {
            floor.Execute("INSERT INTO price_list (id, version, created_at, updated_at, name, name_key, currency, customer_level, province, active) VALUES ($1, 1, $2, $2, $3, $3, 'CNY', $4, $5, 1)", list.Id, at, $"价格表 {i}", list.Level, list.Province);
        }

        for (var i = 0; i < Products; i++)
        {
            var (id, price) = (random.Id(now), (long)random.Between(10, 5000) * 10_000);
            floor.Execute(
                "INSERT INTO product (id, version, created_at, updated_at, code, name, name_key, kind, product_line, unit, list_price, list_price_currency, floor_price, floor_price_currency, cost, cost_currency, tax_rate, active) VALUES ($1, 1, $2, $2, $3, $4, $3, 'goods', $5, '件', $6, 'CNY', $7, 'CNY', $8, 'CNY', 13, 1)",
                id, at, $"P{i:00000}", $"产品 {i}", "产品线" + (i % 7), price, price * 7 / 10, price / 2);
            foreach (var list in lists)
            {
                for (var step = 0; step < Breaks; step++)
                {
                    floor.Execute(
                        "INSERT INTO price (id, version, created_at, updated_at, label, price_list_id, product_id, min_quantity, price, price_currency) VALUES ($1, 1, $2, $2, $3, $4, $5, $6, $7, 'CNY')", random.Id(now), at, $"P{i:00000}", list.Id, id, Math.Pow(2, step), price * (100 - (2 * step)) / 100);
                }
            }
        }

        floor.Commit();
        floor.Execute("ANALYZE");
    }

    private IEnumerable<(Guid Product, int Quantity)> Asked(int at) => Enumerable.Range(0, Lines).Select(i => (products[((at * 37) + (i * 13)) % products.Count], 1 + (((at * 11) + (i * 7)) % 300)));

    private (Caller Seller, Guid Customer) Whose(int at)
    {
        var seller = world.Sellers[at % world.Sellers.Count];
        return (seller, seller.Customers[at / world.Sellers.Count * 31 % seller.Customers.Count]);
    }

    private PreparedRequest Request(int at)
    {
        var (seller, customer) = Whose(at);
        var lines = string.Join(',', Asked(at).Select(line => $$"""{"product":"{{line.Product}}","quantity":{{line.Quantity}}}"""));
        return PreparedRequest.Make("POST", "/api/v1/quotes:price", seller.Token, Encoding.UTF8.GetBytes($$"""{"quote":{"customer":"{{customer}}","currency":"CNY","discount":2},"lines":[{{lines}}]}"""));
    }

    /// <summary>One statement for the lists, one for the products, one for the prices, and the sums by hand.</summary>
    private int Floor(int at)
    {
        var (_, customer) = Whose(at);
        var asked = Asked(at).ToList();
        var (level, province) = ("", "");
        using (var reader = floor.Read("SELECT level, province FROM customer WHERE id = $1", customer))
        {
            if (reader.Read())
            {
                (level, province) = (reader.IsDBNull(0) ? "" : reader.GetString(0), reader.IsDBNull(1) ? "" : reader.GetString(1));
            }
        }

        var lists = new List<Guid>();
        using (var reader = floor.Read("SELECT id FROM price_list WHERE currency = 'CNY' AND active = 1 AND deleted_at IS NULL AND (customer_level IS NULL OR customer_level = $1) AND (province IS NULL OR province = $2)", level, province))
        {
            while (reader.Read())
            {
                lists.Add(floor.Id(reader, 0)!.Value);
            }
        }

        var goods = new Dictionary<Guid, (string Name, long Price, double Tax)>();
        object?[] ids = [.. asked.Select(line => (object?)line.Product)];
        using (var reader = floor.Read($"SELECT id, name, list_price, tax_rate FROM product WHERE id IN ({string.Join(',', Enumerable.Range(1, ids.Length).Select(i => "$" + i))})", ids))
        {
            while (reader.Read())
            {
                goods[floor.Id(reader, 0)!.Value] = (reader.GetString(1), reader.GetInt64(2), reader.GetDouble(3));
            }
        }

        var prices = new Dictionary<Guid, List<(double From, long Price)>>();
        foreach (var list in lists)
        {
            using var reader = floor.Read($"SELECT product_id, min_quantity, price FROM price WHERE deleted_at IS NULL AND price_list_id = ${ids.Length + 1} AND product_id IN ({string.Join(',', Enumerable.Range(1, ids.Length).Select(i => "$" + i))})", [.. ids, list]);
            while (reader.Read())
            {
                var product = floor.Id(reader, 0)!.Value;
                (prices.TryGetValue(product, out var known) ? known : prices[product] = []).Add((reader.GetDouble(1), reader.GetInt64(2)));
            }
        }

        return floor.Answer(writer =>
        {
            var total = 0m;
            writer.WriteStartArray("lines");
            foreach (var (product, quantity) in asked)
            {
                var price = prices.GetValueOrDefault(product)?.Where(known => known.From <= quantity).OrderByDescending(known => known.From).Select(known => known.Price).FirstOrDefault() is > 0 and var found ? found : goods[product].Price;
                var net = decimal.Round(quantity * (price / 10_000m) * 0.98m, 2, MidpointRounding.AwayFromZero);
                total += net;
                writer.WriteStartObject();
                writer.WriteString("description", goods[product].Name);
                writer.WriteNumber("quantity", quantity);
                writer.WriteNumber("unitPrice", price / 10_000m);
                writer.WriteNumber("net", net);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("total", total);
        });
    }
}
