using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

public sealed partial class SignIn
{
    /// <summary>How long a link for choosing a new password works.</summary>
    public static readonly TimeSpan LinkLives = TimeSpan.FromMinutes(60);

    /// <summary>A one-time link's key with which a person chooses a new password; an earlier one no longer works. Nothing else changes until it is used.</summary>
    public async Task<(string Key, DateTimeOffset Ends)> NewPasswordLinkAsync(Actor actor, Guid user, Place? place, CancellationToken cancel = default)
    {
        var key = NewSecret("");
        var ends = await workspace.WriteAsync(
            actor,
            async context =>
            {
                context.DemandProof();
                if (actor.Directory.Person(user) is not { Active: true })
                {
                    throw new RefusedException(Refusal.Breaks("disabled", ("此人已停用；请先启用", "This person is disabled; enable the account first")));
                }

                var until = context.Now + LinkLives;
                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM password_link WHERE user_id = {user}"), cancel);
                await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO password_link (key_hash, user_id, created_at, created_by, expires_at) VALUES ({Hash(key)}, {user}, {context.Now}, {context.ActorId}, {until})"), cancel);
                await SecurityEvents.NoteAsync(context, "password.link", user, place, null, cancel);
                return until;
            },
            cancel: cancel);
        return (key, ends);
    }

    /// <summary>Whose link it is, so that the page can greet by name.</summary>
    public async Task<Person> WhoseLinkAsync(string key, Place place, CancellationToken cancel = default)
    {
        var budget = Budgets.Address(place, "link");
        await Throttle.TakeAsync(workspace.Database, workspace.Now, [budget], cancel);
        await using var session = await workspace.Database.ReadAsync(cancel);
        var user = await session.FirstAsync<Guid?>(Sql.Of($"SELECT user_id FROM password_link WHERE key_hash = {Hash(key)} AND expires_at > {workspace.Now}"), row => row.Id(0), cancel);
        var person = workspace.Directory.Person(user) is { Active: true } found ? found : throw WrongLink();
        await Throttle.GiveBackAsync(workspace.Database, [budget], cancel);
        return person;
    }

    /// <summary>Sets the password by the link and uses the link up. A refused password leaves the link as it was.</summary>
    public async Task<Person> UsePasswordLinkAsync(string key, string password, Place place, CancellationToken cancel = default)
    {
        var person = await WhoseLinkAsync(key, place, cancel);
        await workspace.WriteAsync(
            workspace.ActorFor(person, "page"),
            async context =>
            {
                if (await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM password_link WHERE key_hash = {Hash(key)} AND user_id = {person.Id} AND expires_at > {context.Now}"), cancel) != 1)
                {
                    throw WrongLink();
                }

                await SetPasswordAsync(context, person.Id, password, mustChange: false, place, cancel);
            },
            cancel: cancel);
        return person;
    }

    private static RefusedException WrongLink() => new(new Refusal(403, "wrong-link", ("链接无效、已用过或已过期", "The link is invalid, used or too old")) { Detail = ("请让管理员再给你一个链接", "Ask the administrator for another") });
}
