namespace Guanxi.Platform.Access;

/// <summary>The roles a new company starts with; all but the administrator's can be changed.</summary>
public static class DefaultRoles
{
    public sealed record Preset(string Key, string Name, string[] Functions, string Scopes, string FieldRights);

    private static string Scopes(string read, string edit, string delete, bool create, bool import, bool export, string? costs = null) => "{" + string.Join(',', ((string[])["customers", "contacts", "leads", "activities", "relations", "consents", "deals", "deal-lines", "deal-contacts", "gate-exceptions", "quotes", "quote-lines", "orders", "order-lines", "deliveries", "delivery-lines", "costs", .. Money]).Select(type =>
        $"\"{type}\":{{\"read\":\"{(type == "costs" ? costs ?? read : read)}\",\"edit\":\"{edit}\",\"delete\":\"{delete}\",\"create\":{Flag(create)},\"import\":{Flag(import)},\"export\":{Flag(export)}}}")) + "}";

    /// <summary>What is agreed and owed; those who keep it reach all of it and change nothing else.</summary>
    private static readonly string[] Money = ["contracts", "contract-lines", "contract-amendments", "payment-plans", "invoices", "invoice-lines", "invoice-titles", "receipts", "receipt-allocations", "dunnings", "customer-credits", "credit-overrides"];

    private static string Keeping() => "{" + string.Join(',', new[] { "customers", "contacts", "activities", "deals", "deal-lines", "orders", "order-lines", "deliveries", "delivery-lines", "costs" }.Select(type => $"\"{type}\":{{\"read\":\"all\",\"edit\":\"none\",\"delete\":\"none\",\"create\":{Flag(type == "activities")},\"import\":false,\"export\":true}}")
        .Concat(Money.Select(type => $"\"{type}\":{{\"read\":\"all\",\"edit\":\"all\",\"delete\":\"all\",\"create\":true,\"import\":true,\"export\":true}}"))) + "}";

    private static string Flag(bool yes) => yes ? "true" : "false";

    public static IReadOnlyList<Preset> All { get; } =
    [
        new("administrator", "管理员", [.. Access.Functions.All.Select(function => function.Name)], Scopes("all", "all", "all", true, true, true), "{}"),
        new("manager", "销售经理", [Access.Functions.AssignOwner, Access.Functions.RestoreDeleted, Access.Functions.ExplainAccess, Access.Functions.ManageViews, Access.Functions.ManageImports, Access.Functions.ReadCosts, Access.Functions.GrantExceptions, Access.Functions.ManageLeads, Access.Functions.ManageTargets, Access.Functions.MergeRecords, Access.Functions.ManageSegments, Access.Functions.ReadValue, Access.Functions.ApproveContracts, Access.Functions.OverrideCredit], Scopes("teamAndBelow", "teamAndBelow", "teamAndBelow", true, true, true), "{}"),
        new("seller", "销售", [Access.Functions.ReadValue], Scopes("own", "own", "own", true, true, false), "{}"),
        new("agent", "客服", [], Scopes("all", "own", "none", true, false, false, costs: "own"), "{}"),
        new("accountant", "财务", [Access.Functions.ManageReceivables, Access.Functions.WriteOffReceivables, Access.Functions.ManageCredit, Access.Functions.ReadCosts], Keeping(), "{}"),
        new("marketer", "市场", [Access.Functions.ManageLeads, Access.Functions.ManageSegments, Access.Functions.ReadValue], Scopes("all", "own", "none", true, true, true), """{"customers":{"phone":"masked","otherPhones":"hidden"},"contacts":{"phone":"masked","otherPhones":"hidden"},"leads":{"phone":"masked"}}"""),
        new("analyst", "分析员", [Access.Functions.ManageSegments, Access.Functions.ReadValue], Scopes("all", "none", "none", false, false, true), """{"customers":{"phone":"masked","otherPhones":"hidden","email":"masked","otherEmails":"hidden","wechat":"hidden","qq":"hidden"},"contacts":{"phone":"masked","otherPhones":"hidden","email":"masked","otherEmails":"hidden","wechat":"hidden","qq":"hidden"},"leads":{"phone":"masked","email":"masked","wechat":"hidden"}}"""),
    ];
}
