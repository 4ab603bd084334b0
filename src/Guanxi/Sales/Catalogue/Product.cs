using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>What is sold: goods or a service, or one variant of it.</summary>
public sealed class Product(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("products", "product",
    [
        new("code", FieldKind.Text, ("产品编码", "Code")) { Required = true, MaxLength = 60, Search = SearchAs.Words },
        new("name", FieldKind.Text, ("产品名称", "Name")) { Required = true, Search = SearchAs.Words, SortColumn = "name_key" },
        new("nameKey", FieldKind.Text, ("名称拼音", "Name key")) { Internal = true, ReadOnly = true },
        new("nameEn", FieldKind.Text, ("英文名称", "English name")) { Search = SearchAs.Words },
        new("kind", FieldKind.Choice, ("类型", "Kind")) { Required = true, Filled = true, Choices = [new("goods", ("商品", "Goods")), new("service", ("服务", "Service"))] },
        new("productLine", FieldKind.Text, ("产品线", "Product line")) { MaxLength = 60 },
        new("model", FieldKind.Text, ("型号", "Model")) { MaxLength = 100, Search = SearchAs.Words },
        new("unit", FieldKind.Text, ("单位", "Unit")) { MaxLength = 20 },
        new("listPrice", FieldKind.Money, ("标准售价", "List price")) { Section = "price" },
        new("floorPrice", FieldKind.Money, ("底价", "Floor price")) { Section = "price", NeedsFunction = Functions.ReadCosts },
        new("cost", FieldKind.Money, ("成本", "Cost")) { Section = "price", NeedsFunction = Functions.ReadCosts },
        new("taxRate", FieldKind.Number, ("税率 %", "Tax rate %")) { Section = "price" },
        new("leadDays", FieldKind.Integer, ("交货天数", "Lead time in days")) { Section = "stock" },
        new("stock", FieldKind.Number, ("库存", "Stock")) { Section = "stock" },
        new("stockSource", FieldKind.Text, ("库存来源", "Source of the stock figure")) { Section = "stock", MaxLength = 60 },
        new("stockAt", FieldKind.Instant, ("库存时间", "Stock as of")) { Section = "stock", ReadOnly = true },
        new("variantOf", FieldKind.Reference, ("所属产品", "Variant of")) { Reference = "products" },
        new("variant", FieldKind.Text, ("规格", "Variant")) { MaxLength = 100 },
        new("active", FieldKind.YesNo, ("在售", "On sale")) { Required = true, Filled = true },
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100 },
        new("note", FieldKind.LongText, ("备注", "Note")),
    ])
    {
        Table = "product",
        Label = ("产品", "Products"),
        SingularLabel = ("产品", "Product"),
        Icon = "product",
        SubtitleField = "code",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageCatalogue,
        Sections = [new("basic", ("基本信息", "Basics")), new("price", ("价格", "Price")), new("stock", ("库存与交期", "Stock and lead time"))],
        ListColumns = ["code", "name", "productLine", "model", "unit", "listPrice", "stock", "active"],
        DefaultSort = "code",
        Keys = ["id", "code", "externalId"],
        Create = type => new Product(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["kind"] ??= "goods";
        this["active"] ??= true;
        if (IsNew && Reference("variantOf") is { } main && await RecordStore.FindAsync(context.Session, Type, main) is { } its)
        {
            foreach (var name in new[] { "unit", "productLine", "taxRate", "leadDays" })
            {
                this[name] ??= its[name];
            }
        }

        this["taxRate"] ??= 13m;
        if (Changed("name"))
        {
            this["nameKey"] = Text("name") is { Length: > 0 } name ? Pinyin.SortKey(name, personName: false) : null;
        }

        if (Changed("stock"))
        {
            this["stockAt"] = this["stock"] is null ? null : context.Now;
        }

        var errors = new FieldErrors();
        if (this["taxRate"] is decimal tax && tax is < 0 or > 100)
        {
            errors.Add("taxRate", ("税率应在 0 到 100 之间", "A tax rate is between 0 and 100"));
        }

        foreach (var name in new[] { "listPrice", "floorPrice", "cost" })
        {
            if (this[name] is Money { Amount: < 0 })
            {
                errors.Add(name, ("金额不能为负", "It cannot be negative"));
            }
        }

        if (this["floorPrice"] is Money floor && this["listPrice"] is Money list && floor.Currency == list.Currency && floor.Amount > list.Amount)
        {
            errors.Add("floorPrice", ("底价高于标准售价", "The floor is above the list price"));
        }

        if (Reference("variantOf") is { } parent && (parent == Id || await IsVariantAsync(context, parent)))
        {
            errors.Add("variantOf", ("请选择主产品：规格下不能再有规格", "Choose the main product: a variant has no variants of its own"));
        }

        errors.Throw();
        await Unique.CheckAsync(context, this, "code", ("产品编码已被使用", "Another product has this code"));
    }

    /// <summary>Set where its cost follows from the history of its costs.</summary>
    internal bool FollowsHistory { get; set; }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (!IsNew && !FollowsHistory && Changed("cost"))
        {
            await ProductCosts.KeepAsync(context, this, Before(Type["cost"]) as Money?);
        }
    }

    private static async ValueTask<bool> IsVariantAsync(SaveContext context, Guid product) =>
        await context.Session.ScalarAsync<long>(Guanxi.Database.Sql.Of($"SELECT COUNT(*) FROM product WHERE id = {product} AND variant_of_id IS NOT NULL"), default) > 0;
}
