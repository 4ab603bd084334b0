using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity.OpenId;

/// <summary>Another place where people sign in, by OpenID Connect: the company's own Keycloak, WeCom behind a bridge, Microsoft Entra …</summary>
public sealed record SignInProvider(Guid Id, string Key, string Name, string Issuer, string ClientId, string? SealedSecret, string Scopes, bool LinkByEmail, bool CreatesPeople, Guid? RoleId, IReadOnlyList<string> Domains, bool SecondFactor, bool Active)
{
    private static readonly SqlName Columns = new("SELECT id, key, name, issuer, client_id, client_secret, scopes, link_by_email, creates_people, role_id, domains, second_factor, active FROM sign_in_provider");

    public static async Task<List<SignInProvider>> AllAsync(DatabaseSession session, CancellationToken cancel = default) => await session.ListAsync(Sql.Of($"{Columns} ORDER BY name, id"), Read, cancel);

    public static async Task<SignInProvider?> ByIdAsync(DatabaseSession session, Guid id, CancellationToken cancel = default) => await session.FirstAsync(Sql.Of($"{Columns} WHERE id = {id}"), Read, cancel);

    public static async Task<SignInProvider?> ByKeyAsync(DatabaseSession session, string key, CancellationToken cancel = default) => await session.FirstAsync(Sql.Of($"{Columns} WHERE key = {key} AND active = 1"), Read, cancel);

    private static SignInProvider Read(Row row) => new(
        row.Id(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.OptionalText(5), row.Text(6), row.Integer(7) != 0, row.Integer(8) != 0, row.OptionalId(9),
        row.OptionalText(10) is { } domains ? JsonSerializer.Deserialize<string[]>(domains) ?? [] : [], row.Integer(11) != 0, row.Integer(12) != 0);

    public string Purpose => $"provider {Id}";

    /// <summary>Whether an address belongs to a domain that is let in; without a list every one does.</summary>
    public bool Admits(string email) => Domains.Count == 0 || Domains.Contains(email[(email.LastIndexOf('@') + 1)..], StringComparer.OrdinalIgnoreCase);

    public async Task SaveAsync(SaveContext context, Place? place, CancellationToken cancel = default)
    {
        context.DemandProof();
        var domains = JsonSerializer.Serialize(Domains);
        await context.Session.ExecuteAsync(Sql.Of($"""
            INSERT INTO sign_in_provider (id, key, name, issuer, client_id, client_secret, scopes, link_by_email, creates_people, role_id, domains, second_factor, active, created_at, updated_at)
            VALUES ({Id}, {Key}, {Name}, {Issuer}, {ClientId}, {SealedSecret}, {Scopes}, {LinkByEmail}, {CreatesPeople}, {RoleId}, {domains}, {SecondFactor}, {Active}, {context.Now}, {context.Now})
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id, client_secret = excluded.client_secret, scopes = excluded.scopes, link_by_email = excluded.link_by_email,
              creates_people = excluded.creates_people, role_id = excluded.role_id, domains = excluded.domains, second_factor = excluded.second_factor, active = excluded.active, updated_at = excluded.updated_at
            """), cancel);
        await SecurityEvents.NoteAsync(context, "provider.change", null, place, $"{Key} {Issuer} link={LinkByEmail} create={CreatesPeople} active={Active}", cancel);
    }

    public static async Task RemoveAsync(SaveContext context, Guid id, Place? place, CancellationToken cancel = default)
    {
        context.DemandProof();
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM external_login WHERE provider_id = {id}"), cancel);
        if (await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM sign_in_provider WHERE id = {id}"), cancel) == 0)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        await SecurityEvents.NoteAsync(context, "provider.remove", null, place, null, cancel);
    }

    /// <summary>The provider with a request's members in place, or the refusal that names each wrong one.</summary>
    public SignInProvider With(JsonElement body, Access.Directory directory, SecretBox box)
    {
        var errors = new Dictionary<string, IReadOnlyList<Label>>(StringComparer.Ordinal);
        string Text(string name, string old, int most, Func<string, bool>? fits, Label wrong)
        {
            if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var value))
            {
                value = default;
            }

            var text = value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : value.ValueKind == JsonValueKind.Undefined ? old : "";
            if (text.Length == 0 || text.Length > most || fits?.Invoke(text) == false)
            {
                errors[name] = [wrong];
            }

            return text;
        }

        bool Flag(string name, bool old) => body.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.True : old;
        var changed = this with
        {
            Name = Text("name", Name, 60, null, ("请填写登录按钮上显示的名称", "Give the name shown on the button")),
            Issuer = Text("issuer", Issuer, 500, IsIssuer, ("应为 https 地址（本机可用 http），不带查询参数", "This is an https address (http on this machine only) without a query")),
            ClientId = Text("clientId", ClientId, 500, null, ("请填写在提供方登记得到的客户端编号", "Give the client id the provider gave you")),
            Scopes = Text("scopes", Scopes, 200, text => text.Split(' ').Contains("openid"), ("必须包含 openid", "This includes openid")),
            LinkByEmail = Flag("linkByEmail", LinkByEmail),
            CreatesPeople = Flag("createsPeople", CreatesPeople),
            SecondFactor = Flag("secondFactor", SecondFactor),
            Active = Flag("active", Active),
            RoleId = body.TryGetProperty("role", out var role) ? (role.ValueKind == JsonValueKind.String && Guid.TryParse(role.GetString(), out var id) ? id : null) : RoleId,
            Domains = body.TryGetProperty("domains", out var domains) && domains.ValueKind == JsonValueKind.Array
                ? [.. domains.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!.Trim().TrimStart('@').ToLowerInvariant()).Where(text => text.Length is > 0 and <= 253).Distinct(StringComparer.Ordinal).Take(100)] : Domains,
            SealedSecret = body.TryGetProperty("clientSecret", out var secret) && secret.ValueKind == JsonValueKind.String && secret.GetString() is { Length: > 0 } plain ? box.Seal(plain, Purpose) : SealedSecret,
        };
        if (changed.CreatesPeople && (directory.Role(changed.RoleId) is not { IsAdministrator: false }))
        {
            errors["role"] = [new Label("自动创建的人需要一个角色，且不能是管理员", "People who are created need a role, and it is not the administrator's")];
        }

        // An address proves a person only as far as the provider's own domain reaches.
        if ((changed.CreatesPeople || changed.LinkByEmail) && changed.Domains.Count == 0)
        {
            errors["domains"] = [new Label("按邮箱关联或自动创建时，请写明允许的邮箱域名", "To link by e-mail or create people, name the e-mail domains that are let in")];
        }

        return errors.Count == 0 ? changed : throw new RefusedException(Refusal.Invalid(errors));
    }

    private static bool IsIssuer(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)) && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}
