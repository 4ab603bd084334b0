using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>Somebody who works with Guanxi.</summary>
public sealed class User(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("users", "user",
    [
        new("name", FieldKind.Text, ("姓名", "Name")) { Required = true, MaxLength = 60, Search = SearchAs.PersonName, SortColumn = "name_key" },
        new("nameKey", FieldKind.Text, ("姓名拼音", "Name key")) { Internal = true, ReadOnly = true },
        new("userName", FieldKind.Text, ("登录名", "User name")) { Required = true, MaxLength = 60, Search = SearchAs.Words },
        new("email", FieldKind.Email, ("邮箱", "E-mail")) { Search = SearchAs.Email },
        new("phone", FieldKind.Phone, ("手机", "Phone")) { Search = SearchAs.Phone },
        new("title", FieldKind.Text, ("职务", "Title")) { MaxLength = 60 },
        new("role", FieldKind.Reference, ("角色", "Role")) { Reference = "roles", Required = true },
        new("team", FieldKind.Reference, ("团队", "Team")) { Reference = "teams" },
        new("active", FieldKind.YesNo, ("启用", "Active")) { Required = true, Filled = true },
        new("language", FieldKind.Choice, ("语言", "Language")) { Choices = [new("zh-Hans", ("简体中文", "Simplified Chinese")), new("zh-Hant", ("繁体中文", "Traditional Chinese")), new("en", ("英文", "English"))] },
        new("awayFrom", FieldKind.Date, ("外出自", "Away from")),
        new("awayUntil", FieldKind.Date, ("外出至", "Away until")) { Help = ("外出期间不再分到新线索", "New leads go to others in the meantime") },
        new("timeZone", FieldKind.Text, ("时区", "Time zone")) { MaxLength = 60 },
        new("preferences", FieldKind.Json, ("个人设置", "Preferences")) { Internal = true },
    ])
    {
        Table = "app_user",
        Label = ("用户", "People"),
        SingularLabel = ("用户", "Person"),
        Icon = "user",
        SubtitleField = "userName",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageUsers,
        ListColumns = ["name", "userName", "role", "team", "active", "email"],
        DefaultSort = "name",
        Importable = false,
        Create = type => new User(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] ??= true;
        if (Changed("name"))
        {
            this["nameKey"] = Text("name") is { Length: > 0 } name ? Pinyin.SortKey(name, personName: true) : null;
        }

        if (Text("userName") is { } userName)
        {
            this["userName"] = userName = userName.ToLowerInvariant();
            if (userName.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
            {
                throw new RefusedException(Refusal.Invalid("userName", ("登录名不能有空格", "A user name has no spaces")));
            }

            await Unique.CheckAsync(context, this, "userName", new Label($"登录名“{userName}”已有人使用", $"The user name “{userName}” is taken"));
        }

        if (this["awayUntil"] is DateOnly until && this["awayFrom"] is DateOnly from && until < from)
        {
            throw new RefusedException(Refusal.Invalid("awayUntil", ("外出结束日期早于开始日期", "It ends before it begins")));
        }

        if (Text("timeZone") is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            throw new RefusedException(Refusal.Invalid("timeZone", ("没有这个时区，例如 Asia/Shanghai", "There is no such time zone; for example Asia/Shanghai")));
        }

        // Whoever has the address or the role has the rights: by a new role directly, by a new address through a provider that links by it.
        if (IsNew || Changed("role") || Changed("email") || Changed("userName") || (Changed("active") && this["active"] is true))
        {
            context.DemandProof();
            context.Actor.DemandRank(context.Actor.Directory.Role(Reference("role")));
        }

        if (!IsNew && context.Actor.Id != Id && Before(Type["role"]) is Guid role)
        {
            context.Actor.DemandRank(context.Actor.Directory.Role(role));
        }

        context.Actor.DemandOther(!IsNew && context.Actor.Id == Id && (Changed("role") || Changed("team")));
        await KeepAnAdministratorAsync(context);
    }

    /// <summary>A company must not lock itself out.</summary>
    private async ValueTask KeepAnAdministratorAsync(SaveContext context)
    {
        if (IsNew || (!Changed("role") && !Changed("active")))
        {
            return;
        }

        // Two administrators who make each other something else at the same moment wait for one another here; SQLite has one writer anyway.
        if (!context.Session.Dialect.IsSqlite)
        {
            await context.Session.ExecuteAsync(Sql.Of($"SELECT 1 FROM role WHERE key = 'administrator' FOR UPDATE"));
        }

        var others = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM app_user u JOIN role r ON r.id = u.role_id WHERE r.key = 'administrator' AND u.active = 1 AND u.deleted_at IS NULL AND u.id <> {Id}"));
        var stays = this["active"] is true && context.Actor.Directory.Role(Reference("role"))?.IsAdministrator == true;
        if (others == 0 && !stays)
        {
            throw new RefusedException(Refusal.Breaks("last-administrator", ("至少要保留一位启用的管理员", "At least one active administrator must remain")));
        }
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        context.DirectoryChanged = true;
        if (!IsNew && Changed("active") && this["active"] is false)
        {
            await EndEverythingAsync(context);
            await SecurityEvents.NoteAsync(context, "user.disable", Id, null);
        }
        else if (!IsNew && Changed("role"))
        {
            context.SessionsChanged = true;
            await SecurityEvents.NoteAsync(context, "user.role", Id, null, context.Actor.Directory.Role(Reference("role"))?.Key);
        }
    }

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        if (at is null)
        {
            context.DemandProof();
            return;
        }

        await EndEverythingAsync(context);
    }

    /// <summary>Out everywhere: sessions, tokens, one-time links.</summary>
    private async Task EndEverythingAsync(SaveContext context)
    {
        context.SessionsChanged = true;
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM user_session WHERE user_id = {Id}"));
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM password_link WHERE user_id = {Id}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE api_token SET revoked_at = {context.Now} WHERE user_id = {Id} AND revoked_at IS NULL"));
    }
}
