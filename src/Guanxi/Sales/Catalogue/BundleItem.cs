using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>What one bundle has of a product. A bundle costs what its parts cost unless it has a cost of its own, and there are as many as the scarcest part allows.</summary>
public sealed class BundleItem(RecordType type) : Record(type)
{
    private const int Deepest = 5;

    public static RecordType Description { get; } = new("bundle-items", "bundle-item",
    [
        new("label", FieldKind.Text, ("名称", "Label")) { ReadOnly = true },
        new("bundle", FieldKind.Reference, ("套装", "Bundle")) { Reference = "products", Required = true },
        new("product", FieldKind.Reference, ("产品", "Product")) { Reference = "products", Required = true },
        new("quantity", FieldKind.Number, ("数量", "Quantity")) { Required = true, Filled = true },
    ])
    {
        Table = "bundle_item",
        Label = ("套装明细", "Bundle items"),
        SingularLabel = ("套装明细", "Bundle item"),
        Icon = "product",
        TitleField = "label",
        SubtitleField = "bundle",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageCatalogue,
        ListColumns = ["bundle", "product", "quantity"],
        DefaultSort = "label",
        HasSearch = false,
        Create = type => new BundleItem(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["quantity"] ??= 1m;
        if (this["quantity"] is decimal and (<= 0 or > 1_000_000))
        {
            throw new RefusedException(Refusal.Invalid("quantity", ("数量应大于 0，且不超过 100 万", "A quantity is above 0 and at most a million")));
        }

        if (Reference("bundle") is not { } bundle || Reference("product") is not { } product)
        {
            return;
        }

        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM bundle_item WHERE bundle_id = {bundle} AND product_id = {product} AND id <> {Id} AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("product", ("套装里已有这个产品，请改数量", "The bundle has this product already; change its quantity")));
        }

        await CheckDepthAsync(context, bundle, product);
        this["label"] = await context.Session.FirstAsync(Sql.Of($"SELECT name FROM product WHERE id = {product}"), row => row.Text(0));
    }

    /// <summary>A bundle that has itself in it, over however many others, would have no end.</summary>
    private static async Task CheckDepthAsync(SaveContext context, Guid bundle, Guid product)
    {
        var level = new List<Guid> { product };
        for (var depth = 0; level.Count > 0; depth++)
        {
            if (level.Contains(bundle) || depth == Deepest)
            {
                throw new RefusedException(Refusal.Invalid("product", new Label($"套装不能包含自己，最多 {Deepest} 层", $"A bundle does not contain itself, and goes at most {Deepest} deep")));
            }

            level = await context.Session.ListAsync(new Sql().Append("SELECT DISTINCT product_id FROM bundle_item WHERE deleted_at IS NULL AND bundle_id IN ").List(level), row => row.Id(0));
        }
    }
}
