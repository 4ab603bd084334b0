using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Microsoft.AspNetCore.Identity;

namespace Guanxi.Platform.Identity;

/// <summary>Our people and passkeys as ASP.NET Core Identity's passkey handler wants to see them: it checks what a browser brings, we keep it. Writing goes through <see cref="SignIn"/>, so that the ledger knows.</summary>
public sealed class PasskeyStore(Workspace workspace) : IUserPasskeyStore<Person>
{
    private static readonly SqlName Columns = new("credential_id, public_key, created_at, sign_count, transports, user_verified, backup_eligible, backed_up, name");

    private static UserPasskeyInfo Read(Row row) => new(
        Convert.FromHexString(row.Text(0)), row.Bytes(1), row.Instant(2), (uint)row.Integer(3), row.OptionalText(4) is { } transports ? JsonSerializer.Deserialize<string[]>(transports) : null,
        row.Integer(5) != 0, row.Integer(6) != 0, row.Integer(7) != 0, [], [])
    {
        Name = row.Text(8),
    };

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Person user, CancellationToken cancellationToken)
    {
        await using var session = await workspace.Database.ReadAsync(cancellationToken);
        return await session.ListAsync(Sql.Of($"SELECT {Columns} FROM passkey WHERE user_id = {user.Id} ORDER BY created_at"), Read, cancellationToken);
    }

    public async Task<Person?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var session = await workspace.Database.ReadAsync(cancellationToken);
        var user = await session.FirstAsync<Guid?>(Sql.Of($"SELECT user_id FROM passkey WHERE credential_id = {Convert.ToHexStringLower(credentialId)}"), row => row.Id(0), cancellationToken);
        return Active(user);
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var session = await workspace.Database.ReadAsync(cancellationToken);
        return await session.FirstAsync(Sql.Of($"SELECT {Columns} FROM passkey WHERE credential_id = {Convert.ToHexStringLower(credentialId)} AND user_id = {user.Id}"), Read, cancellationToken);
    }

    public Task<Person?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(Guid.TryParse(userId, out var id) ? Active(id) : null);

    public Task<Person?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        Task.FromResult(workspace.Directory.People.FirstOrDefault(person => person.Active && string.Equals(person.UserName, normalizedUserName, StringComparison.OrdinalIgnoreCase)));

    public Task<string> GetUserIdAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName);

    public Task<string?> GetNormalizedUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName.ToUpperInvariant());

    private Person? Active(Guid? id) => workspace.Directory.Person(id) is { Active: true } person ? person : null;

    public Task AddOrUpdatePasskeyAsync(Person user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw new NotSupportedException("Passkeys are written through SignIn.");

    public Task RemovePasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) => throw new NotSupportedException("Passkeys are written through SignIn.");

    public Task SetUserNameAsync(Person user, string? userName, CancellationToken cancellationToken) => throw new NotSupportedException("People are written as records.");

    public Task SetNormalizedUserNameAsync(Person user, string? normalizedName, CancellationToken cancellationToken) => throw new NotSupportedException("People are written as records.");

    public Task<IdentityResult> CreateAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException("People are written as records.");

    public Task<IdentityResult> UpdateAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException("People are written as records.");

    public Task<IdentityResult> DeleteAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException("People are written as records.");

    public void Dispose()
    {
        // Holds nothing.
    }
}
