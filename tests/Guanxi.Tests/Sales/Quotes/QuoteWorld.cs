using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Quotes;

/// <summary>A pump (list 1,000, floor 800, cost 600), a filter (list 50, from ten on 40) and their bundle; 李强 manages 华东.</summary>
internal sealed record QuoteWorld(Company Company, Record Customer, Record Pump, Record Filter)
{
    public static async Task<QuoteWorld> OpenAsync(Db db)
    {
        var company = await Company.OpenAsync(db);
        var team = company.Workspace.Directory.Teams.Single(known => known.Name == "华东").Id;
        await company.ChangeAsync(company.Act("wangfang", "system"), await company.LoadAsync(company.WangFang, "teams", team), new { manager = company.LiQiang.Id });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行", new { level = "major" });
        var pump = await company.CreateAsync(company.WangFang, "products", new { code = "P-100", name = "不锈钢水泵", nameEn = "Stainless pump", unit = "台", productLine = "水泵", listPrice = Cny("1000"), floorPrice = Cny("800"), cost = Cny("600"), leadDays = 15, stock = 8, stockSource = "ERP" });
        var filter = await company.CreateAsync(company.WangFang, "products", new { code = "F-1", name = "滤芯", unit = "个", productLine = "耗材", listPrice = Cny("50"), cost = Cny("20") });
        var list = await company.CreateAsync(company.WangFang, "price-lists", new { name = "标准价", currency = "CNY" });
        await company.CreateAsync(company.WangFang, "prices", new { priceList = list.Id, product = filter.Id, minQuantity = 10, price = Cny("40") });
        return new QuoteWorld(company, customer, pump, filter);
    }

    public static object Cny(string amount) => new { amount, currency = "CNY" };

    public Task<Record> QuoteAsync(Actor actor, object? more = null, string name = "水泵报价", Record? customer = null)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["name"] = Company.Json(name), ["customer"] = Company.Json((customer ?? Customer).Id) };
        foreach (var property in more is null ? [] : Company.Json(more).EnumerateObject().ToList())
        {
            values[property.Name] = property.Value;
        }

        return Company.CreateAsync(actor, "quotes", values);
    }

    public Task<Record> LinesAsync(Actor actor, Record quote, params object[] lines) => Company.Workspace.WriteAsync(actor, context => QuoteLines.PutAsync(context, quote.Id, Company.Json(lines)));

    public Task<Record> SubmitAsync(Actor actor, Record quote, string? reason = null, params string[] confirmed) =>
        Company.Workspace.WriteAsync(actor, context => QuoteFlow.SubmitAsync(context, quote.Id, reason), confirmed.ToHashSet(StringComparer.Ordinal));

    public async Task<Record> NowAsync(Record quote) => await Company.LoadAsync(Company.WangFang, "quotes", quote.Id);

    public async Task<List<Record>> LinesOfAsync(Record quote)
    {
        await using var session = await Company.Workspace.Database.ReadAsync();
        return await QuoteLines.OfAsync(session, Company.Workspace.Schema, quote.Id);
    }

    /// <summary>A quote of the pump with a discount, ready or not.</summary>
    public async Task<Record> PumpsAsync(Actor actor, decimal quantity = 1, decimal discount = 0, Record? customer = null)
    {
        var quote = await QuoteAsync(actor, customer: customer);
        await LinesAsync(actor, quote, new { product = Pump.Id, quantity, discount });
        return await NowAsync(quote);
    }

    public static Money Cny(decimal amount) => new(amount, "CNY");
}
