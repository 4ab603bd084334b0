using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>A place for customers nobody owns, and the rules by which those of a team come to lie there.</summary>
public sealed partial class Pool(RecordType type) : Record(type)
{
    /// <summary>What a pool shows of a customer beside its name; how to reach it is not among them.</summary>
    public static readonly IReadOnlyList<string> Shown = ["kind", "level", "stage", "industry", "size", "province", "city", "source", "tags", "pooledAt", "poolReason", "formerOwner", "lastActivityAt"];

    /// <summary>The name and one field more: of less nobody could tell whether to claim it.</summary>
    private static readonly int MostHidden = Shown.Count - 1;

    private (string? Text, PoolMembers Members) members;

    public bool IsActive => this["active"] is true;

    public bool TakesBack => this["returns"] is not false;

    public bool KeepsProtected => this["keepsProtected"] is not false;

    public PoolMembers Members => Text("members") is var text && members.Text == text && members.Members is { } known ? known : (members = (text, PoolMembers.Read(text))).Members;

    /// <summary>The teams whose people belong to it; none is everybody's pool.</summary>
    public IEnumerable<Guid> Teams => Reference("team") is { } team ? Members.Teams.Append(team) : Members.Teams;

    public bool IsEverybodys => Reference("team") is null && Members is { Teams.Count: 0, People.Count: 0 };

    public IReadOnlyList<string> Hidden => this["hiddenFields"] as IReadOnlyList<string> ?? [];

    public IReadOnlyList<string> Reasons => this["reasons"] as IReadOnlyList<string> ?? [];

    public int? Number(string field) => this[field] is long number and > 0 ? (int)number : null;

    /// <summary>Claims without limits and sees what the pool hides.</summary>
    public bool IsRunBy(Actor actor) => actor.Has(Functions.ManagePools) || Reference("manager") == actor.Id || Members.Admins.Contains(actor.Id);

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (IsNew)
        {
            (this["active"], this["returns"], this["keepsProtected"]) = (this["active"] ?? true, this["returns"] ?? true, this["keepsProtected"] ?? true);
        }

        foreach (var field in Type.Fields.Where(field => field is { Kind: FieldKind.Integer, System: false, Custom: false } && this[field] is long and (< 0 or > 3650)))
        {
            throw new RefusedException(Refusal.Invalid(field.Name, ("应为 0 到 3650", "This is 0 to 3650")));
        }

        CheckHidden();
        if (Changed("members") && Text("members") is { } text)
        {
            this["members"] = PoolMembers.Checked(context.Actor.Directory, text);
        }

        if (!IsNew && Changed("active") && !IsActive)
        {
            await MayCloseAsync(context);
        }
    }

    private void CheckHidden()
    {
        var customers = Customers.Customer.Description;
        if (Hidden.FirstOrDefault(name => !Shown.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new RefusedException(Refusal.Invalid("hiddenFields", new Label(
                $"公海不显示“{unknown}”；可以隐藏的有：{string.Join('、', Shown.Select(name => customers[name].Label.ZhHans))}（{string.Join(", ", Shown)}）",
                $"A pool does not show “{unknown}”; what can be hidden: {string.Join(", ", Shown)}")));
        }

        if (Hidden.Distinct(StringComparer.Ordinal).Count() > MostHidden)
        {
            throw new RefusedException(Refusal.Invalid("hiddenFields", ("除名称外至少要有一个字段看得到，否则无法判断要不要领取", "One field beside the name at least can be seen, or nobody could tell whether to claim")));
        }
    }

    /// <summary>A pool with customers in it stays open, and so does the last one.</summary>
    private async ValueTask MayCloseAsync(SaveContext context)
    {
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT 1 FROM customer WHERE pool_id = {Id} AND deleted_at IS NULL LIMIT 1) x")) > 0)
        {
            throw new RefusedException(Refusal.Breaks("pool-in-use", ("公海里还有客户，请先转走", "There are customers in this pool; move them first")));
        }

        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pool WHERE id <> {Id} AND active = 1 AND deleted_at IS NULL")) == 0)
        {
            throw new RefusedException(Refusal.Breaks("pool-last", ("至少要有一个启用的公海", "One pool at least stays in use")));
        }
    }

    public override ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before) => at is null ? ValueTask.CompletedTask : MayCloseAsync(context);

    public override async ValueTask SavedAsync(SaveContext context) => await PoolClock.TellAllAsync(context);
}

/// <summary>Who else belongs to a pool, beside its team and manager.</summary>
public sealed record PoolMembers(IReadOnlyList<Guid> Teams, IReadOnlyList<Guid> People, IReadOnlyList<Guid> Admins)
{
    private static readonly string[] Lists = ["teams", "people", "admins"];

    internal static PoolMembers Read(string? json)
    {
        if (json is null)
        {
            return new PoolMembers([], [], []);
        }

        using var document = JsonDocument.Parse(json);
        IReadOnlyList<Guid> List(string name) => document.RootElement.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(item => item.GetGuid())] : [];
        return new PoolMembers(List("teams"), List("people"), List("admins"));
    }

    /// <exception cref="RefusedException">Something in it is no list of ids of teams or people.</exception>
    internal static string Checked(Platform.Access.Directory directory, string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Any(item => !Lists.Contains(item.Name, StringComparer.Ordinal) || item.Value.ValueKind != JsonValueKind.Array))
        {
            throw Wrong(("成员应为 {\"teams\":[编号],\"people\":[编号],\"admins\":[编号]}", "Members are {\"teams\":[ids],\"people\":[ids],\"admins\":[ids]}"));
        }

        foreach (var list in root.EnumerateObject())
        {
            foreach (var item in list.Value.EnumerateArray())
            {
                var known = item.ValueKind == JsonValueKind.String && item.TryGetGuid(out var id) && (list.Name == "teams" ? directory.Team(id) is not null : directory.Person(id) is not null);
                if (!known)
                {
                    throw Wrong(new Label($"没有这个{(list.Name == "teams" ? "团队" : "人")}：{item}", $"There is no such {(list.Name == "teams" ? "team" : "person")}: {item}"));
                }
            }
        }

        return json;
    }

    private static RefusedException Wrong(Label label) => new(Refusal.Invalid("members", label));
}
