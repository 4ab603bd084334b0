using System.Buffers;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Approvals;

/// <summary>A noun that needs somebody's word: an expense voucher. 李强 manages 华东 and 王芳 总部 above it.</summary>
internal sealed class Voucher(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("vouchers", "voucher",
    [
        new("name", FieldKind.Text, ("事由", "What for")) { Required = true },
        new("amount", FieldKind.Money, ("金额", "Amount")),
        new("margin", FieldKind.Number, ("毛利", "Margin")) { NeedsFunction = Functions.ReadCosts },
        new("status", FieldKind.Text, ("状态", "Status")),
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
    ])
    {
        Table = "voucher",
        Label = ("报销单", "Vouchers"),
        SingularLabel = ("报销单", "Voucher"),
        ListColumns = ["name", "amount"],
        DefaultSort = "name",
        HasSearch = false,
        Approvals =
        [
            new ApprovalKind("voucher", ("报销", "Voucher")) { Shows = ["name", "amount", "margin", "owner"], DecidedAsync = DecidedAsync },
            new ApprovalKind("voucher-change", ("报销变更", "Change of a voucher")) { RestoresOnReject = true },
        ],
        Create = type => new Voucher(type),
    };

    /// <summary>What was told to the module, in its order.</summary>
    public static async ValueTask DecidedAsync(SaveContext context, ApprovalOutcome outcome)
    {
        var record = (await RecordStore.FindAsync(context.Session, context.Schema["vouchers"], outcome.Record))!;
        if (record.Text("name") == "爆炸")
        {
            throw new RefusedException(Refusal.Breaks("boom", ("付不出去", "It cannot be paid")));
        }

        record["status"] = (record.Text("status") is { } before ? before + "," : "") + ApprovalRequest.NameOf(outcome.State);
        await context.UpdateAsync(record, "decided");
    }
}

internal static class VoucherWorld
{
    public static async Task<Company> OpenAsync(Db db, object? chain = null, object? more = null)
    {
        var company = await Company.OpenAsync(db, [.. Nouns.All, Voucher.Description]);
        foreach (var statement in Migrations.Statements("CREATE TABLE voucher ({record}, name {text}, amount {int}, amount_currency {text}, margin {real}, status {text}, owner_id {id});\n", db == Db.Sqlite))
        {
            await company.TamperAsync(statement);
        }

        foreach (var (team, manager) in new[] { ("华东", company.LiQiang), ("总部", company.WangFang) })
        {
            var id = company.Workspace.Directory.Teams.Single(known => known.Name == team).Id;
            await company.ChangeAsync(company.Act("wangfang", "system"), await company.LoadAsync(company.WangFang, "teams", id), new { manager = manager.Id });
        }

        var seller = company.Workspace.Directory.Roles.Single(role => role.Key == "seller");
        await company.Workspace.WriteAsync(company.Program, async context =>
        {
            var role = await RecordStore.FindAsync(context.Session, context.Schema["roles"], seller.Id);
            role!["scopes"] = """{"vouchers":{"read":"own","edit":"own","delete":"none","create":true,"import":false,"export":false}}""";
            await context.UpdateAsync(role);
        });
        if (chain is not null)
        {
            await company.ChainAsync(chain, more);
        }

        return company;
    }

    public static Task<Record> ChainAsync(this Company company, object chain, object? more = null) =>
        company.CreateAsync(company.WangFang, "approval-definitions", more ?? new { name = "报销审批", kind = "voucher", definition = chain });

    public static Task<Record> VoucherAsync(this Company company, Actor seller, string name = "差旅费", string amount = "800", object? margin = null) =>
        company.CreateAsync(company.Program, "vouchers", new { name, amount = new { amount, currency = "CNY" }, margin, owner = seller.Id });

    public static async Task<Guid> SubmitAsync(this Company company, Actor seller, Record voucher, string reason = "请批准", IReadOnlyDictionary<string, IReadOnlyList<Guid>>? chosen = null) =>
        (await company.Workspace.WriteAsync(seller, context => ApprovalRequests.SubmitAsync(context, new Submission("voucher", voucher, reason)
        {
            Chosen = chosen ?? new Dictionary<string, IReadOnlyList<Guid>>(StringComparer.Ordinal),
            Causes = [new ApprovalCause("毛利低于 10 %", "The margin is below 10 %", "margin"), new ApprovalCause("超过 500 元", "More than 500")],
        }))).Id;

    public static Task<ApprovalRequest> ApproveAsync(this Company company, Actor actor, Guid id, string? comment = null) => company.Workspace.WriteAsync(actor, context => ApprovalDecisions.ApproveAsync(context, id, comment));

    public static Task<ApprovalRequest> RejectAsync(this Company company, Actor actor, Guid id, string? comment = "不合规") => company.Workspace.WriteAsync(actor, context => ApprovalDecisions.RejectAsync(context, id, comment));

    public static Task<ApprovalRequest> SendBackAsync(this Company company, Actor actor, Guid id, string? to = null) => company.Workspace.WriteAsync(actor, context => ApprovalDecisions.SendBackAsync(context, id, to, "缺发票"));

    public static Task<ApprovalRequest> AddAsync(this Company company, Actor actor, Guid id, Actor signer, bool before) => company.Workspace.WriteAsync(actor, context => ApprovalDecisions.AddSignerAsync(context, id, signer.Id, before, null));

    public static async Task<string?> StatusAsync(this Company company, Record voucher) => (await company.LoadAsync(company.Program, "vouchers", voucher.Id)).Text("status");

    public static async Task<JsonElement> SeeAsync(this Company company, Actor actor, Guid id)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await WrittenAsync(writer => ApprovalReading.WriteAsync(writer, session, actor, id, company.Workspace.Now));
    }

    /// <summary>Titles in a box of somebody.</summary>
    public static async Task<string[]> BoxAsync(this Company company, Actor actor, string box, int limit = 50)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        var titles = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await WrittenAsync(writer => ApprovalReading.WriteListAsync(writer, session, actor, box, cursor, limit, company.Workspace.Now));
            titles.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()!));
            if ((cursor = page.GetProperty("next").GetString()) is null)
            {
                return [.. titles];
            }
        }
    }

    private static async Task<JsonElement> WrittenAsync(Func<Utf8JsonWriter, Task> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(buffer, ListReader.Json))
        {
            writer.WriteStartObject();
            await write(writer);
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
    }

    public static object Step(string key, params object[] who) => new { key, name = key, who };

    public static object Role(string role) => new { kind = "role", role };

    public static object Manager(int level = 1) => new { kind = "manager", level };
}
