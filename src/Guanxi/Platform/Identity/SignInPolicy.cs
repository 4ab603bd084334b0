using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>What the administrator decides about signing in; kept as one JSON setting.</summary>
public sealed record SignInPolicy
{
    private const string Setting = "sign-in-policy";
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    /// <summary>Minutes without a call until a session ends.</summary>
    public int IdleMinutes { get; init; } = 30;

    /// <summary>Hours until a session ends however busy.</summary>
    public int AbsoluteHours { get; init; } = 12;

    /// <summary>Minutes for which a proof of who one is covers dangerous acts.</summary>
    public int StepUpMinutes { get; init; } = 10;

    /// <summary>Roles whose people need a second factor.</summary>
    public IReadOnlyList<Guid> SecondFactorRoles { get; init; } = [];

    /// <summary>Networks a role may work from; a role without an entry may from everywhere.</summary>
    public IReadOnlyDictionary<Guid, IReadOnlyList<string>> Networks { get; init; } = new Dictionary<Guid, IReadOnlyList<string>>();

    /// <summary>Longest life of a new API token in days; 0 is without end.</summary>
    public int LongestTokenDays { get; init; }

    public TimeSpan Idle => TimeSpan.FromMinutes(IdleMinutes);

    public TimeSpan Absolute => TimeSpan.FromHours(AbsoluteHours);

    public TimeSpan StepUp => TimeSpan.FromMinutes(StepUpMinutes);

    public bool NeedsSecondFactor(Guid role) => SecondFactorRoles.Contains(role);

    public bool Admits(Guid role, System.Net.IPAddress? address) => !Networks.TryGetValue(role, out var allowed) || allowed.Count == 0 || Identity.Networks.Contain(allowed, address);

    public static async Task<SignInPolicy> ReadAsync(DatabaseSession session, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT value FROM setting WHERE name = {Setting}"), row => row.OptionalText(0), cancel) is { } json
            ? JsonSerializer.Deserialize<SignInPolicy>(json, Form) ?? new SignInPolicy()
            : new SignInPolicy();

    public string ToJson() => JsonSerializer.Serialize(new { IdleMinutes, AbsoluteHours, StepUpMinutes, SecondFactorRoles, Networks, LongestTokenDays }, Form);

    public Task SaveAsync(DatabaseSession session, CancellationToken cancel = default) => Settings.PutAsync(session, Setting, ToJson(), cancel);

    /// <summary>The policy with the members of a request in place, or the refusal that names every wrong one.</summary>
    public SignInPolicy With(JsonElement body, Access.Directory directory)
    {
        var errors = new Dictionary<string, IReadOnlyList<Label>>(StringComparer.Ordinal);
        int Number(string name, int old, int least, int most)
        {
            if (!body.TryGetProperty(name, out var value))
            {
                return old;
            }

            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
            {
                return number;
            }

            errors[name] = [new Label($"应为 {least} 到 {most} 的整数", $"This is a whole number from {least} to {most}")];
            return old;
        }

        var policy = this with
        {
            IdleMinutes = Number("idleMinutes", IdleMinutes, 5, 43_200),
            AbsoluteHours = Number("absoluteHours", AbsoluteHours, 1, 2_160),
            StepUpMinutes = Number("stepUpMinutes", StepUpMinutes, 1, 120),
            LongestTokenDays = Number("longestTokenDays", LongestTokenDays, 0, 3_650),
            SecondFactorRoles = body.TryGetProperty("secondFactorRoles", out var roles) ? Roles(roles, directory, errors) : SecondFactorRoles,
            Networks = body.TryGetProperty("networks", out var networks) ? NetworksOf(networks, directory, errors) : Networks,
        };
        return errors.Count == 0 ? policy : throw new RefusedException(Refusal.Invalid(errors));
    }

    private static List<Guid> Roles(JsonElement value, Access.Directory directory, Dictionary<string, IReadOnlyList<Label>> errors)
    {
        var found = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String && Guid.TryParse(item.GetString(), out var id) ? id : Guid.Empty).Distinct().ToList() : [Guid.Empty];
        if (found.Any(id => directory.Role(id) is null))
        {
            errors["secondFactorRoles"] = [new Label("应为角色编号的列表", "This is a list of role ids")];
        }

        return found;
    }

    private static Dictionary<Guid, IReadOnlyList<string>> NetworksOf(JsonElement value, Access.Directory directory, Dictionary<string, IReadOnlyList<Label>> errors)
    {
        var allowed = new Dictionary<Guid, IReadOnlyList<string>>();
        if (value.ValueKind != JsonValueKind.Object)
        {
            errors["networks"] = [new Label("应为“角色编号: [网络]”的对象", "This is an object of role id: [networks]")];
            return allowed;
        }

        foreach (var role in value.EnumerateObject())
        {
            var lines = role.Value.ValueKind == JsonValueKind.Array ? role.Value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()!.Trim() : "?").Where(text => text.Length > 0).ToList() : ["?"];
            if (!Guid.TryParse(role.Name, out var id) || directory.Role(id) is null)
            {
                errors["networks"] = [new Label($"没有角色 {role.Name}", $"There is no role {role.Name}")];
            }
            else if (lines.FirstOrDefault(text => !Identity.Networks.TryParse(text, out _)) is { } wrong)
            {
                errors["networks"] = [new Label($"“{wrong}”不是网络：写成 203.0.113.0/24、2001:db8::/32 或单个地址，前缀之后的位应为 0", $"“{wrong}” is no network: write 203.0.113.0/24, 2001:db8::/32 or one address; bits after the prefix are 0")];
            }
            else if (lines.Count > 200)
            {
                errors["networks"] = [new Label("一个角色最多 200 个网络", "A role has at most 200 networks")];
            }
            else if (lines.Count > 0)
            {
                allowed[id] = lines;
            }
        }

        return allowed;
    }
}
