using Guanxi.Customers.Customers;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>How much discount a role may give to customers of a level on a product line, and the least margin there; what is left empty holds for all. The rule that says most counts.</summary>
public sealed class DiscountRule(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("discount-rules", "discount-rule",
    [
        new("label", FieldKind.Text, ("名称", "Label")) { ReadOnly = true },
        new("role", FieldKind.Reference, ("角色", "Role")) { Reference = "roles", Help = ("不填则所有角色", "Empty: every role") },
        new("customerLevel", FieldKind.Choice, ("客户级别", "Customer level")) { Choices = Customer.Description["level"].Choices, Help = ("不填则所有级别", "Empty: every level") },
        new("productLine", FieldKind.Text, ("产品线", "Product line")) { MaxLength = 60, Help = ("不填则所有产品线", "Empty: every line") },
        new("maxDiscount", FieldKind.Number, ("最高折扣 %", "Highest discount %")) { Required = true, Help = ("相对标准价，超过要审批", "Against the list price; more needs an approval") },
        new("minMargin", FieldKind.Number, ("最低毛利率 %", "Least margin %")) { NeedsFunction = Functions.ReadCosts, Help = ("低于要审批", "Less needs an approval") },
        new("active", FieldKind.YesNo, ("启用", "In force")) { Required = true, Filled = true },
        new("note", FieldKind.LongText, ("备注", "Note")),
    ])
    {
        Table = "discount_rule",
        Label = ("折扣权限", "Discount limits"),
        SingularLabel = ("折扣权限", "Discount limit"),
        Icon = "price",
        TitleField = "label",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageCatalogue,
        ListColumns = ["label", "role", "customerLevel", "productLine", "maxDiscount", "minMargin", "active"],
        DefaultSort = "label",
        HasSearch = false,
        Create = type => new DiscountRule(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] ??= true;
        var errors = new FieldErrors();
        if (this["maxDiscount"] is decimal and (< 0 or > 100))
        {
            errors.Add("maxDiscount", ("折扣应在 0 到 100 之间", "A discount is 0 to 100"));
        }

        if (this["minMargin"] is decimal and (< -1000 or > 100))
        {
            errors.Add("minMargin", ("毛利率不超过 100", "A margin is at most 100"));
        }

        errors.Throw();
        var (role, level, line) = (Reference("role"), Text("customerLevel"), Text("productLine"));
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM discount_rule WHERE id <> {Id} AND deleted_at IS NULL AND role_id IS NOT DISTINCT FROM {role} AND customer_level IS NOT DISTINCT FROM {level} AND product_line IS NOT DISTINCT FROM {line}")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("role", ("同一角色、级别、产品线已有一条规则", "There is a rule for this role, level and line already")));
        }

        var words = new[] { context.Actor.Directory.Role(role)?.Name, level is null ? null : Type["customerLevel"].Choices.FirstOrDefault(choice => choice.Value == level)?.Label.ZhHans, line };
        this["label"] = string.Join(" · ", words.Where(word => word is not null).DefaultIfEmpty("默认"));
    }
}

/// <summary>What the rules say for one seller.</summary>
/// <param name="MaxDiscount">Percent; null when no rule says anything.</param>
public sealed record DiscountLimit(decimal? MaxDiscount, decimal? MinMargin);

/// <summary>The discount matrix as it stands: role × customer level × product line.</summary>
public sealed class DiscountMatrix
{
    private readonly List<(string? Level, string? Line, decimal Max, decimal? Margin, bool OfRole)> rules;

    private DiscountMatrix(List<(string? Level, string? Line, decimal Max, decimal? Margin, bool OfRole)> rules) => this.rules = rules;

    /// <summary>The rules for a role, those that say most first: role before level before product line.</summary>
    public static async ValueTask<DiscountMatrix> ReadAsync(DatabaseSession session, Guid? role, CancellationToken cancel = default) => new(await session.ListAsync(
        Sql.Of($"SELECT customer_level, product_line, max_discount, min_margin, CASE WHEN role_id IS NULL THEN 0 ELSE 1 END FROM discount_rule WHERE active = {1L} AND deleted_at IS NULL AND (role_id IS NULL OR role_id = {role}) ORDER BY (CASE WHEN role_id IS NULL THEN 0 ELSE 4 END) + (CASE WHEN customer_level IS NULL THEN 0 ELSE 2 END) + (CASE WHEN product_line IS NULL THEN 0 ELSE 1 END) DESC"),
        row => (row.OptionalText(0), row.OptionalText(1), Convert.ToDecimal(row.Any(2)), row.IsNull(3) ? (decimal?)null : Convert.ToDecimal(row.Any(3)), row.Integer(4) == 1), cancel));

    /// <summary>What may be given on a line.</summary>
    /// <param name="tier">What the customer's value tier gives a seller; it takes the place of the rules for everybody, and a wider right of the role itself stays.</param>
    public DiscountLimit For(string? level, string? line, decimal? tier = null)
    {
        var fitting = rules.Where(rule => (rule.Level is null || rule.Level == level) && (rule.Line is null || rule.Line == line)).ToList();
        decimal? most = fitting.Count == 0 ? null : fitting[0].Max;
        if (tier is { } promised)
        {
            most = fitting.Find(rule => rule.OfRole) is { OfRole: true } own ? Math.Max(promised, own.Max) : promised;
        }

        return new DiscountLimit(most, fitting.Select(rule => rule.Margin).FirstOrDefault(margin => margin is not null));
    }
}
