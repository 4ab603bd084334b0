using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>What one of a product costs from a day on, in the past, today or in the future. Who wrote it and when is on the record; it is read by who may read costs.</summary>
public sealed class ProductCost(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("product-costs", "product-cost",
    [
        new("label", FieldKind.Text, ("名称", "Label")) { ReadOnly = true },
        new("product", FieldKind.Reference, ("产品", "Product")) { Reference = "products", Required = true },
        new("startsOn", FieldKind.Date, ("自", "From")) { Required = true, Filled = true, NeedsFunction = Functions.ReadCosts },
        new("cost", FieldKind.Money, ("成本", "Cost")) { Required = true, NeedsFunction = Functions.ReadCosts },
        new("note", FieldKind.LongText, ("备注", "Note")) { NeedsFunction = Functions.ReadCosts },
    ])
    {
        Table = "product_cost",
        Label = ("成本历史", "Costs of products"),
        SingularLabel = ("成本", "Cost of a product"),
        Icon = "cost",
        TitleField = "label",
        SubtitleField = "product",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageCatalogue,
        ListColumns = ["product", "startsOn", "cost", "note", "createdBy", "createdAt"],
        DefaultSort = "-createdAt",
        HasSearch = false,
        Create = type => new ProductCost(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["startsOn"] ??= context.Actor.Today(context.Now);
        if (!IsNew && Changed("product"))
        {
            throw new RefusedException(Refusal.Invalid("product", ("成本不能换到另一个产品", "A cost stays with its product")));
        }

        if (this["cost"] is Money { Amount: < 0 })
        {
            throw new RefusedException(Refusal.Invalid("cost", ("成本不能为负", "A cost cannot be negative")));
        }

        if (Reference("product") is not { } product)
        {
            return;
        }

        var day = (DateOnly)this["startsOn"]!;
        this["label"] = await context.Session.FirstAsync(Sql.Of($"SELECT code, name FROM product WHERE id = {product}"), row => $"{row.Text(0)} {row.Text(1)}");
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM product_cost WHERE product_id = {product} AND starts_on = {day} AND id <> {Id} AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("startsOn", ("这一天已有一条成本，请改那一条", "There is a cost from that day already; change that one")));
        }
    }

    public override async ValueTask SavedAsync(SaveContext context) => await ProductCosts.FollowAsync(context, Reference("product")!.Value);

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before) => await ProductCosts.FollowAsync(context, Reference("product")!.Value);
}

/// <summary>Which cost counts on a day, and keeps the product at today's.</summary>
public static class ProductCosts
{
    private const long AtOnce = 200;

    /// <summary>The costs of products on a day, of those that have a history reaching back to it.</summary>
    public static async ValueTask<Dictionary<Guid, Money>> OnAsync(DatabaseSession session, IReadOnlyCollection<Guid> products, DateOnly day, CancellationToken cancel = default)
    {
        var found = new Dictionary<Guid, Money>();
        foreach (var (product, cost) in products.Count == 0 ? [] : await session.ListAsync(
            new Sql().Append("SELECT product_id, cost, cost_currency FROM product_cost WHERE deleted_at IS NULL AND starts_on <= ").Value(day).Append(" AND product_id IN ").List(products).Append(" ORDER BY product_id, starts_on"),
            row => (row.Id(0), Money.FromStored(row.Integer(1), row.Text(2))), cancel))
        {
            found[product] = cost;
        }

        return found;
    }

    /// <summary>Brings the product to the cost in force today.</summary>
    internal static async ValueTask FollowAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        if ((await OnAsync(context.Session, [id], context.Actor.Today(context.Now), cancel)).TryGetValue(id, out var cost) && await RecordStore.FindAsync(context.Session, context.Schema["products"], id, cancel) is Product product && !Record.ValueEquals(product["cost"], cost))
        {
            (product["cost"], product.FollowsHistory) = (cost, true);
            await context.UpdateAsync(product, "cost", cancel);
        }
    }

    /// <summary>Keeps what a product cost before somebody changed it, and from which day it costs what it says now.</summary>
    internal static async ValueTask KeepAsync(SaveContext context, Product product, Money? before, CancellationToken cancel = default)
    {
        if (product["cost"] is not Money cost)
        {
            return;
        }

        var (type, today) = (context.Schema["product-costs"], context.Actor.Today(context.Now));
        if (before is { } old && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM product_cost WHERE product_id = {product.Id} AND deleted_at IS NULL AND starts_on < {today}"), cancel) == 0
            && DateOnly.FromDateTime(product.CreatedAt.ToOffset(context.Actor.TimeZone.GetUtcOffset(product.CreatedAt)).DateTime) is var since && since < today)
        {
            var first = type.Create(type);
            (first["product"], first["startsOn"], first["cost"]) = (product.Id, since, old);
            await context.InsertAsync(first, cancel);
        }

        var same = await context.Session.FirstAsync(Sql.Of($"SELECT id FROM product_cost WHERE product_id = {product.Id} AND starts_on = {today} AND deleted_at IS NULL"), row => (Guid?)row.Id(0), cancel);
        var row = same is { } known ? (await RecordStore.FindAsync(context.Session, type, known, cancel))! : type.Create(type);
        (row["product"], row["startsOn"], row["cost"]) = (product.Id, today, cost);
        await (row.IsNew ? context.InsertAsync(row, cancel) : context.UpdateAsync(row, cancel: cancel));
    }

    /// <summary>Products whose next cost has come into force; true when more are waiting.</summary>
    public static async Task<bool> TickAsync(Workspace workspace, CancellationToken cancel = default)
    {
        if (workspace.Schema.Find("product-costs") is null)
        {
            return false;
        }

        List<Guid> due;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var today = workspace.System().Today(workspace.Now);
            due = await session.ListAsync(
                Sql.Of($"SELECT c.product_id FROM product_cost c JOIN product p ON p.id = c.product_id WHERE c.deleted_at IS NULL AND c.starts_on <= {today} AND c.starts_on >= {today.AddDays(-30)} AND (p.cost IS DISTINCT FROM c.cost OR p.cost_currency IS DISTINCT FROM c.cost_currency) AND NOT EXISTS (SELECT 1 FROM product_cost l WHERE l.product_id = c.product_id AND l.deleted_at IS NULL AND l.starts_on > c.starts_on AND l.starts_on <= {today}) LIMIT {AtOnce}"),
                row => row.Id(0), cancel);
        }

        foreach (var product in due)
        {
            await workspace.WriteAsync(workspace.System(), async context => await FollowAsync(context, product, cancel), cancel: cancel);
        }

        return due.Count == AtOnce;
    }
}
