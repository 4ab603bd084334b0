using System.Text.Json;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Orders;
using Guanxi.Server.Api;

namespace Guanxi.Server.Sales;

/// <summary>What deals, prices and exceptions can do beyond the verbs of every noun.</summary>
public static class SalesApi
{
    public static void MapSales(this RouteGroupBuilder api)
    {
        api.MapGet("/deals:board", BoardAsync);
        api.MapGet("/deals/{id:guid}/gate", GateAsync);
        api.MapGet("/deals/{id:guid}/stays", StaysAsync);
        api.MapPost("/deals/{id:guid}:move", (HttpContext http, Guid id) => ChangeAsync(http, (context, body) => MoveDeal.ToAsync(context, id, Text(body, "stage") ?? "", http.RequestAborted))).AnsweredOnce();
        api.MapPost("/deals/{id:guid}:undo-move", (HttpContext http, Guid id) => ChangeAsync(http, (context, _) => MoveDeal.UndoAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/deals/{id:guid}:win", (HttpContext http, Guid id) => ChangeAsync(http, (context, body) => MoveDeal.WinAsync(context, id, Text(body, "reason"), Text(body, "note"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/deals/{id:guid}:lose", (HttpContext http, Guid id) => ChangeAsync(http, (context, body) => MoveDeal.LoseAsync(context, id, Text(body, "reason"), Text(body, "to"), Text(body, "note"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/deals/{id:guid}:reopen", (HttpContext http, Guid id) => ChangeAsync(http, (context, _) => MoveDeal.ReopenAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/deals/{id:guid}:order", (HttpContext http, Guid id) => ChangeAsync(http, (context, _) => OrderOfDeal.MakeAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/gate-exceptions/{id:guid}:grant", (HttpContext http, Guid id) => ChangeAsync(http, (context, body) => GateException.DecideAsync(context, id, granted: true, Text(body, "answer"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/gate-exceptions/{id:guid}:refuse", (HttpContext http, Guid id) => ChangeAsync(http, (context, body) => GateException.DecideAsync(context, id, granted: false, Text(body, "answer"), http.RequestAborted))).AnsweredOnce();
        api.MapGet("/products:price", PriceAsync);
        api.MapGet("/price-lists/{id:guid}/gaps", GapsAsync);
    }

    /// <summary>Days for which a price list has no price of a product, though it has one before and one after.</summary>
    private static async Task GapsAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var list = await RecordStore.LoadAsync(session, actor, actor.Schema["price-lists"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var prices = actor.Schema["prices"];
        if (new[] { "product", "minQuantity", "startsOn", "endsOn" }.Any(name => !actor.Reads(prices, prices[name])))
        {
            throw new RefusedException(Refusal.Forbidden(("你没有查看价格日期的权限", "You may not read the dates of prices")));
        }

        var gaps = await PriceGaps.OfListAsync(session, list.Id, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var gap in gaps)
            {
                writer.WriteStartObject();
                writer.WriteString("product", gap.Product);
                writer.WriteString("label", gap.Label);
                writer.WriteNumber("minQuantity", gap.MinQuantity);
                writer.WriteString("from", gap.From.ToString("yyyy-MM-dd"));
                writer.WriteString("until", gap.Until.ToString("yyyy-MM-dd"));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task BoardAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var process = Guid.TryParse(http.Request.Query["process"], out var id) ? id : throw new RefusedException(Refusal.Invalid("process", ("请选择销售流程", "Choose a sales process")));
        await http.JsonAsync(buffer => DealBoard.WriteAsync(buffer, session, actor, process, http.Request.Query["filter"], http.Request.Query["q"], workspace.Now, http.RequestAborted));
    }

    private static async Task GateAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var deal = (Deal)await RecordStore.LoadAsync(session, actor, actor.Schema["deals"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var definition = await deal.DefinitionAsync(session, http.RequestAborted);
        var from = definition.PlaceOf(deal.Text("stage")!);
        string? wanted = http.Request.Query["to"];
        var to = string.IsNullOrEmpty(wanted) ? from + 1 : wanted == "won" ? definition.Stages.Count : definition.PlaceOf(wanted);
        if (to < 0)
        {
            throw new RefusedException(Refusal.Invalid("to", new Label($"流程里没有阶段“{wanted}”", $"The process has no stage “{wanted}”")));
        }

        var items = await DealGate.CheckAsync(session, deal, definition, to, actor.Schema, actor, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("from", deal.Text("stage"));
            writer.WriteString("to", to < definition.Stages.Count ? definition.Stages[to].Key : "won");
            writer.WriteString("guidance", definition.Stages[from].Guidance);
            writer.WriteBoolean("open", items.All(item => !item.Open));
            writer.WriteStartArray("items");
            foreach (var item in items)
            {
                writer.WriteStartObject();
                writer.WriteString("condition", item.Condition.Key);
                writer.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(item.Condition.Kind.ToString()));
                writer.WriteString("stage", item.Stage);
                writer.WriteString("label", item.Label.In(actor.Language));
                writer.WriteBoolean("met", item.Met);
                writer.WriteBoolean("excused", item.Excused);
                writer.WriteStartArray("fields");
                foreach (var field in item.Missing)
                {
                    writer.WriteStringValue(field);
                }

                writer.WriteEndArray();
                if (item.Task is { } task)
                {
                    writer.WriteString("task", task);
                    writer.WriteString("owes", actor.Directory.Person(item.Owes)?.Name);
                    writer.WriteString("since", item.Since is { } since ? RecordJson.Instant(since.ToUnixTimeMilliseconds()) : null);
                    writer.WriteString("due", item.Due is { } due ? RecordJson.Instant(due.ToUnixTimeMilliseconds()) : null);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("stages");
            foreach (var stage in definition.Stages)
            {
                writer.WriteStartObject();
                writer.WriteString("key", stage.Key);
                writer.WriteString("name", stage.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            Strings(writer, "winReasons", definition.WinReasons);
            Strings(writer, "lossReasons", definition.LossReasons);
        });
    }

    private static void Strings(Utf8JsonWriter writer, string name, IReadOnlyList<string>? values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values ?? [])
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    private static async Task StaysAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var deal = (Deal)await RecordStore.LoadAsync(session, actor, actor.Schema["deals"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var names = await Stays.NamesAsync(session, id, http.RequestAborted);
        var stays = await Stays.OfAsync(session, id, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var stay in stays)
            {
                writer.WriteStartObject();
                writer.WriteString("stage", stay.Stage);
                writer.WriteString("name", names.GetValueOrDefault(stay.Stage, stay.Stage));
                writer.WriteString("enteredAt", RecordJson.Instant(stay.EnteredAt.ToUnixTimeMilliseconds()));
                writer.WriteString("leftAt", stay.LeftAt is { } left ? RecordJson.Instant(left.ToUnixTimeMilliseconds()) : null);
                writer.WriteString("by", actor.Directory.Person(stay.EnteredBy)?.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>What a product costs a customer today.</summary>
    private static async Task PriceAsync(HttpContext http)
    {
        var (actor, workspace, query) = (http.Actor(), http.Workspace(), http.Request.Query);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var product = Guid.TryParse(query["product"], out var id) ? id : throw new RefusedException(Refusal.Invalid("product", ("请选择产品", "Choose a product")));
        await RecordStore.LoadAsync(session, actor, actor.Schema["products"], product, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        Guid? customer = Guid.TryParse(query["customer"], out var buyer) ? buyer : null;
        if (customer is { } visible)
        {
            await RecordStore.LoadAsync(session, actor, actor.Schema["customers"], visible, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        }

        string? asked = query["quantity"];
        var quantity = asked is null ? 1 : decimal.TryParse(asked, System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1_000_000_000
            ? number
            : throw new RefusedException(Refusal.Invalid("quantity", ("数量应大于 0，且不超过 10 亿", "A quantity is above 0 and at most a thousand million")));
        string? wanted = query["currency"];
        var currency = string.IsNullOrEmpty(wanted) ? (await Settings.ReadAsync(session, http.RequestAborted)).Currency : wanted;
        var today = actor.Today(workspace.Now);
        var found = (await PriceFinder.FindAsync(session, customer, [(product, quantity)], today, currency, http.RequestAborted))[0];
        await http.JsonAsync(writer =>
        {
            if (found.MayRead(actor) && found.Price is { } price)
            {
                writer.WriteStartObject("price");
                writer.WriteString("amount", price.AmountText);
                writer.WriteString("currency", price.Currency);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("price");
            }

            writer.WriteString("list", found.ListName);
        });
    }

    internal static async Task ChangeAsync(HttpContext http, Func<SaveContext, JsonElement, Task<Record>> work)
    {
        var body = await http.OptionalBodyAsync();
        await http.RecordAsync(await http.Workspace().WriteAsync(http.Actor(), context => work(context, body), cancel: http.RequestAborted));
    }

    internal static string? Text(JsonElement body, string name) => body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null
        ? null
        : value.ValueKind == JsonValueKind.String && value.GetString()!.Length <= 4000 ? value.GetString() : throw new RefusedException(Refusal.Invalid(name, ("应为文字，最多 4,000 字", "It is a text of at most 4,000 characters")));
}
