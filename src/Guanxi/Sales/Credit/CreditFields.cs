using Guanxi.Platform.Records;

namespace Guanxi.Sales.Credit;

/// <summary>How a customer stands with his credit, as fields of the customer.</summary>
public static class CreditFields
{
    public const string Table = "credit_figure";

    public static IReadOnlyList<Field> All { get; } =
    [
        Of("credit.limit", FieldKind.Money, ("信用额度", "Credit limit")) with { Column = "credit_limit" },
        Of("credit.used", FieldKind.Money, ("已用额度", "Credit used")) with { Column = "used", Help = ("未回款发票 + 未到货订单 − 预收款", "Open invoices and undelivered orders, less payments in advance") },
        Of("credit.overdue", FieldKind.Money, ("逾期金额", "Overdue")) with { Column = "overdue" },
        Of("credit.overdueDays", FieldKind.Integer, ("逾期天数", "Days overdue")) with { Column = "overdue_days", Help = ("最早一笔逾期的天数", "Of what is overdue longest") },
        Of("credit.paidYear", FieldKind.Money, ("近一年回款", "Received in a year")) with { Column = "paid_year" },
        Of("credit.lateDays", FieldKind.Number, ("平均逾期付款天数", "Days late on average")) with { Column = "late_days", Help = ("近一年付清的发票，按金额加权", "Of invoices paid in the last year, weighted by amount") },
        Of("credit.score", FieldKind.Integer, ("信用评分", "Credit score")) with { Column = "score" },
    ];

    /// <summary>What a limit or a score follows from; it cannot follow from itself.</summary>
    internal static readonly string[] Results = ["credit.limit", "credit.score"];

    public static Section Section { get; } = new("credit", ("信用", "Credit"));

    private static Field Of(string name, FieldKind kind, Label label) => new(name, kind, label) { ReadOnly = true, Beside = Table, Section = "credit" };
}
