using System.Buffers.Binary;
using System.Security.Cryptography;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Guanxi.Platform.Identity;

public sealed partial class SignIn
{
    private const int MostWaiting = 30;
    private readonly PasswordCost cost = cost ?? PasswordCost.Ordinary;
    private readonly PasswordHasher<Person> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = (cost ?? PasswordCost.Ordinary).Iterations }));

    // Each check costs a processor for a tenth of a second: more at once would only make everybody wait longer.
    private readonly SemaphoreSlim checking = new(Math.Max(1, Environment.ProcessorCount));
    private int waiting;

    /// <summary>Refuses a password that cannot be used, without a person to compare with.</summary>
    public static void CheckStrength(string password, params string?[] own)
    {
        if (PasswordRules.Wrong(password, own) is { } wrong)
        {
            throw new RefusedException(Refusal.Invalid("password", wrong));
        }
    }

    /// <summary>Checks a password; the same answer and the same work for a name nobody has.</summary>
    public Task<Person> CheckAsync(string userName, string password, string address, CancellationToken cancel = default) => CheckAsync(userName, password, new Place(address), cancel);

    public async Task<Person> CheckAsync(string userName, string password, Place place, CancellationToken cancel = default)
    {
        var wanted = userName.Trim().ToLowerInvariant();
        var person = workspace.Directory.People.FirstOrDefault(candidate => candidate.Active && string.Equals(candidate.UserName, wanted, StringComparison.OrdinalIgnoreCase));
        var id = person?.Id ?? Guid.CreateVersion7(workspace.Now);
        var budgets = await Budgets.ForPasswordAsync(workspace.Database, id, wanted, place, workspace.Now, cancel);
        await Throttle.TakeAsync(workspace.Database, workspace.Now, budgets, cancel);
        if (await MatchesAsync(id, password, cancel) && person is not null)
        {
            await Throttle.GiveBackAsync(workspace.Database, budgets, cancel);
            return person;
        }

        await NoteAsync(workspace.System(), "sign-in.failed", person?.Id, place, "password", cancel);
        throw WrongCredentials();
    }

    /// <summary>Whether it is this person's password. Somebody without one costs the same and is always wrong.</summary>
    private async Task<bool> MatchesAsync(Guid user, string password, CancellationToken cancel)
    {
        string? hash;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            hash = await session.FirstAsync(Sql.Of($"SELECT password_hash FROM credential WHERE user_id = {user}"), row => row.Text(0), cancel);
        }

        var verdict = await VerifyAsync(hash ?? NobodysHash(), password.Length <= PasswordRules.Longest ? password : "", cancel);
        if (hash is null || verdict == PasswordVerificationResult.Failed)
        {
            return false;
        }

        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            var renewed = hasher.HashPassword(Actor.SystemPerson, password);
            await workspace.Database.WriteAsync(session => session.ExecuteAsync(Sql.Of($"UPDATE credential SET password_hash = {renewed} WHERE user_id = {user} AND password_hash = {hash}"), cancel).AsTask(), cancel);
        }

        return true;
    }

    private async Task<PasswordVerificationResult> VerifyAsync(string hash, string password, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            throw new RefusedException(new Refusal(429, "too-many-attempts", ("现在登录的人太多，请稍后再试", "Too many people are signing in right now; try again in a moment")) { RetryAfter = TimeSpan.FromSeconds(2) });
        }

        try
        {
            await checking.WaitAsync(cancel);
            try
            {
                return await Task.Run(() => hasher.VerifyHashedPassword(Actor.SystemPerson, hash, password), cancel);
            }
            finally
            {
                checking.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>A hash in the hasher's third form that belongs to no password: marker, function (2 is HMAC-SHA512), iterations, length of the salt, salt, key.</summary>
    private string NobodysHash()
    {
        var bytes = new byte[13 + 16 + 32];
        bytes[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), 2);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), (uint)cost.Iterations);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(9), 16);
        RandomNumberGenerator.Fill(bytes.AsSpan(13));
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Sets a password and ends the person's sessions and one-time links.</summary>
    /// <param name="context">The unit of work.</param>
    /// <param name="user">Whose password.</param>
    /// <param name="password">The new one; refused when it is easy to guess.</param>
    /// <param name="cancel">Stops the work.</param>
    public Task SetPasswordAsync(SaveContext context, Guid user, string password, CancellationToken cancel = default) => SetPasswordAsync(context, user, password, mustChange: false, null, cancel);

    /// <summary>The same; with <paramref name="mustChange"/> the person must choose another at the next sign-in, since somebody else knows this one.</summary>
    public async Task SetPasswordAsync(SaveContext context, Guid user, string password, bool mustChange, Place? place, CancellationToken cancel = default)
    {
        var own = await context.Session.FirstAsync(Sql.Of($"SELECT name, user_name, email FROM app_user WHERE id = {user}"), row => new[] { row.Text(0), row.Text(1), row.OptionalText(2) }, cancel) ?? [];
        CheckStrength(password, [.. own, (await Settings.ReadAsync(context.Session, cancel)).CompanyName]);
        var hash = hasher.HashPassword(Actor.SystemPerson, password);
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM credential WHERE user_id = {user}"), cancel);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO credential (user_id, password_hash, changed_at, must_change) VALUES ({user}, {hash}, {context.Now}, {mustChange})"), cancel);
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM password_link WHERE user_id = {user}"), cancel);
        await EndSessionsAsync(context, user, except: null, cancel);
        await SecurityEvents.NoteAsync(context, "password.set", user, place, null, cancel);
    }

    /// <summary>Changes one's own password: the present one is asked for, however one is signed in.</summary>
    public async Task ChangePasswordAsync(Person person, string current, string password, Place place, CancellationToken cancel = default)
    {
        if (await HasPasswordAsync(person.Id, cancel))
        {
            await CheckAsync(person.UserName, current, place, cancel);
        }

        await workspace.WriteAsync(workspace.ActorFor(person, "page"), context => SetPasswordAsync(context, person.Id, password, mustChange: false, place, cancel), cancel: cancel);
    }

    public async Task<bool> HasPasswordAsync(Guid user, CancellationToken cancel = default)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        return await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM credential WHERE user_id = {user}"), cancel) > 0;
    }
}
