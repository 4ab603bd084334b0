using Guanxi.Customers.Customers;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>Prices for some customers, in one currency, for some time; what it does not say, its parent does.</summary>
public sealed class PriceList(RecordType type) : Record(type)
{
    private const int Deepest = 10;

    public static RecordType Description { get; } = new("price-lists", "price-list",
    [
        new("name", FieldKind.Text, ("价格表名称", "Name")) { Required = true, MaxLength = 100, SortColumn = "name_key" },
        new("nameKey", FieldKind.Text, ("名称拼音", "Name key")) { Internal = true, ReadOnly = true },
        new("currency", FieldKind.Text, ("币种", "Currency")) { Required = true, MaxLength = 3 },
        new("customerLevel", FieldKind.Choice, ("客户级别", "Customer level")) { Choices = Customer.Description["level"].Choices },
        new("province", FieldKind.Text, ("省份", "Province")) { MaxLength = 30 },
        new("startsOn", FieldKind.Date, ("生效日", "From")),
        new("endsOn", FieldKind.Date, ("失效日", "Until")),
        new("parent", FieldKind.Reference, ("上级价格表", "Parent list")) { Reference = "price-lists" },
        new("active", FieldKind.YesNo, ("启用", "In force")) { Required = true, Filled = true },
        new("note", FieldKind.LongText, ("备注", "Note")),
    ])
    {
        Table = "price_list",
        Label = ("价格表", "Price lists"),
        SingularLabel = ("价格表", "Price list"),
        Icon = "price-list",
        SubtitleField = "currency",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageCatalogue,
        ListColumns = ["name", "currency", "customerLevel", "province", "startsOn", "endsOn", "parent", "active"],
        DefaultSort = "name",
        Keys = ["id", "name"],
        HasSearch = false,
        Create = type => new PriceList(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] ??= true;
        this["currency"] = (Text("currency") ?? (await Platform.Settings.ReadAsync(context.Session)).Currency).Trim().ToUpperInvariant();
        if (Changed("name"))
        {
            this["nameKey"] = Text("name") is { Length: > 0 } name ? Pinyin.SortKey(name, personName: false) : null;
        }

        if (!MinorUnits.Knows(Text("currency")!))
        {
            throw new RefusedException(Refusal.Invalid("currency", MinorUnits.Unknown(Text("currency")!)));
        }

        Periods.Check(this);
        if (Changed("currency") && !IsNew && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM price WHERE price_list_id = {Id} AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("currency", ("价格表里已有价格，币种不能再改：请另建一张", "The list has prices, so its currency stays: make another list")));
        }

        var above = Reference("parent");
        for (var steps = 0; above is { } at; steps++)
        {
            if (at == Id || steps == Deepest)
            {
                throw new RefusedException(Refusal.Invalid("parent", new Label($"上级价格表不能绕回自己，最多 {Deepest} 级", $"A list cannot stand above itself, and at most {Deepest} stand above one")));
            }

            above = await context.Session.FirstAsync(Sql.Of($"SELECT parent_id FROM price_list WHERE id = {at}"), row => row.OptionalId(0));
        }
    }
}
