using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>The first minutes of a company: a one-time key makes the first administrator.</summary>
public static class Setup
{
    private const string KeySetting = "setup-key";

    public sealed record Wishes(string Company, string Name, string UserName, string Password, string? Language, string? TimeZone, string? Currency);

    public static bool Needed(Workspace workspace) => !workspace.Directory.People.Any();

    /// <summary>A fresh one-time key, kept as a hash; an older one no longer works.</summary>
    public static async Task<string> NewKeyAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var key = SignIn.NewSecret("");
        await workspace.Database.WriteAsync(session => Settings.PutAsync(session, KeySetting, SignIn.Hash(key), cancel), cancel);
        return key;
    }

    public static async Task<Person> FirstAdministratorAsync(Workspace workspace, SignIn signIn, string key, Wishes wishes, CancellationToken cancel = default)
    {
        SignIn.CheckStrength(wishes.Password, wishes.Name, wishes.UserName, wishes.Company);
        var id = await workspace.WriteAsync(
            workspace.System(),
            async context =>
            {
                var kept = await context.Session.FirstAsync(Sql.Of($"SELECT value FROM setting WHERE name = {KeySetting}"), row => row.OptionalText(0), cancel);
                if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM app_user"), cancel) > 0 || kept is null || kept != SignIn.Hash(key))
                {
                    throw new RefusedException(Refusal.Forbidden(("这个一次性链接无效或已用过；请查看启动时打印的链接", "This one-time link is invalid or used; see the link printed at start")));
                }

                await Settings.PutAsync(context.Session, KeySetting, null, cancel);
                await Settings.PutAsync(context.Session, "company", wishes.Company.Trim(), cancel);
                await Settings.PutAsync(context.Session, "language", wishes.Language ?? "zh-Hans", cancel);
                await Settings.PutAsync(context.Session, "time-zone", wishes.TimeZone ?? "Asia/Shanghai", cancel);
                await Settings.PutAsync(context.Session, "currency", wishes.Currency ?? "CNY", cancel);
                var user = await People.AddAsync(context, wishes.Name, wishes.UserName, "administrator", null, cancel);
                user["language"] = wishes.Language is "zh-Hant" or "en" ? wishes.Language : "zh-Hans";
                user["timeZone"] = wishes.TimeZone ?? "Asia/Shanghai";
                await context.UpdateAsync(user, cancel: cancel);
                await signIn.SetPasswordAsync(context, user.Id, wishes.Password, cancel);
                return user.Id;
            },
            cancel: cancel);
        return workspace.Directory.Person(id)!;
    }
}
