using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales;

/// <summary>Contracts, invoices and money that every test of receivables knows: 李强 approves what 张伟 submits; 王芳 keeps the receivables.</summary>
internal static class MoneyWorld
{
    public static object Yuan(decimal amount, string currency = "CNY") => new { amount = amount.ToString(System.Globalization.CultureInfo.InvariantCulture), currency };

    public static async Task<Record> LimitsAsync(this Company company, Record contract) => await company.LoadAsync(company.Program, contract.Type.Name, contract.Id);

    public static Task<Record> StepAsync(this Company company, Actor actor, Func<SaveContext, Task<Record>> step, params string[] confirmed) => company.Workspace.WriteAsync(actor, step, confirmed.ToHashSet(StringComparer.Ordinal));

    public static async Task<Record> ContractAsync(this Company company, Record customer, decimal amount, string currency = "CNY", object? more = null, bool approved = true)
    {
        var values = new Dictionary<string, object> { ["name"] = "设备采购合同", ["customer"] = customer.Id, ["amount"] = Yuan(amount, currency) };
        foreach (var property in more is null ? [] : Company.Json(more).EnumerateObject().ToList())
        {
            values[property.Name] = property.Value;
        }

        var contract = await company.CreateAsync(company.ZhangWei, "contracts", values);
        return approved ? await company.ApproveAsync(contract) : contract;
    }

    public static async Task<Record> ApproveAsync(this Company company, Record contract)
    {
        await company.StepAsync(company.ZhangWei, context => ContractSteps.SubmitAsync(context, contract.Id));
        return await company.StepAsync(company.LiQiang, context => ContractSteps.DecideAsync(context, contract.Id, approved: true, null));
    }

    public static async Task<Record> InvoiceAsync(this Company company, Record customer, decimal amount, Record? contract = null, string currency = "CNY", DateOnly? issued = null, DateOnly? due = null)
    {
        var invoice = await company.CreateAsync(company.ZhangWei, "invoices", new { customer = customer.Id, contract = contract?.Id, kind = "ordinary", amount = Yuan(amount, currency) });
        return await company.StepAsync(company.WangFang, context => InvoiceSteps.IssueAsync(context, invoice.Id, null, issued, due));
    }

    public static Task<Record> ReceiveAsync(this Company company, Actor actor, Record customer, decimal amount, Record? contract = null, IReadOnlyList<AllocationWish>? wishes = null, bool oldestFirst = false, string currency = "CNY", string day = "2026-11-22", bool again = true) =>
        company.StepAsync(
            actor,
            context => Receiving.RunAsync(
                context,
                receipt => RecordStore.FillAsync(context.Session, context.Actor, receipt, Company.Json(new { customer = customer.Id, contract = contract?.Id, amount = Yuan(amount, currency), receivedOn = day }), context.Now),
                wishes,
                oldestFirst),
            again ? ["receipt-twice"] : []);

    /// <summary>张伟 asks for an exception from the customer's credit, 李强 grants it.</summary>
    public static async Task GrantCreditAsync(this Company company, Record customer, decimal amount)
    {
        var asked = await company.CreateAsync(company.ZhangWei, "credit-overrides", new { customer = customer.Id, amount = Yuan(amount), until = "2026-12-01", reason = "月底回款" });
        await company.StepAsync(company.LiQiang, context => Guanxi.Sales.Credit.CreditOverride.DecideAsync(context, asked.Id, granted: true, "同意"));
    }

    public static async Task<decimal> AmountAsync(this Company company, Record record, string field) => ((Money)(await company.LoadAsync(company.Program, record.Type.Name, record.Id))[field]!).Amount;

    public static async Task<string?> TextAsync(this Company company, Record record, string field) => (await company.LoadAsync(company.Program, record.Type.Name, record.Id)).Text(field);
}

internal static class Peeking
{
    public static async Task<long> CountAsync(this Company company, string sql)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await session.ScalarAsync<long>(new Guanxi.Database.Sql().Append(sql));
    }

    public static async Task<List<string>> ColumnAsync(this Company company, string sql)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await session.ListAsync(new Guanxi.Database.Sql().Append(sql), row => row.Text(0));
    }
}
