using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Outbound;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>Who is it? Passwords, second factors, sessions and API tokens of a company. Secrets are kept as hashes, or sealed where they must be read again. Split by what is proved.</summary>
/// <param name="workspace">Whose people.</param>
/// <param name="outbound">Where providers may be called; public addresses only by default.</param>
/// <param name="cost">What a test of a password costs; the ordinary one by default.</param>
public sealed partial class SignIn(Workspace workspace, OutboundRules? outbound = null, PasswordCost? cost = null) : IDisposable
{
    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset Until, long Generation)> known = new(StringComparer.Ordinal);
    private readonly Lazy<SecretBox> box = new(() => SecretBox.Open(workspace.Folder));
    private (SignInPolicy Policy, long Generation)? policy;

    /// <summary>A secret of 256 bits.</summary>
    public static string NewSecret(string prefix) => prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).Replace('+', '-').Replace('/', '_').TrimEnd('=');

    /// <summary>How a secret of enough bits is kept: there is nothing to guess, so nothing to slow down.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public SecretBox Box => box.Value;

    public async ValueTask<SignInPolicy> PolicyAsync(CancellationToken cancel = default)
    {
        var generation = workspace.SessionsGeneration;
        if (policy is { } kept && kept.Generation == generation)
        {
            return kept.Policy;
        }

        await using var session = await workspace.Database.ReadAsync(cancel);
        var read = await SignInPolicy.ReadAsync(session, cancel);
        policy = (read, generation);
        return read;
    }

    public Task ChangePolicyAsync(Actor actor, SignInPolicy changed, Place? place, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            context.DemandProof();
            await changed.SaveAsync(context.Session, cancel);
            context.SessionsChanged = true;
            await SecurityEvents.NoteAsync(context, "policy.change", null, place, changed.ToJson(), cancel);
        },
        cancel: cancel);

    /// <summary>Writes down something that changes nothing else.</summary>
    public Task NoteAsync(Actor actor, string kind, Guid? user, Place? place, string? detail = null, CancellationToken cancel = default) =>
        workspace.WriteAsync(actor, context => SecurityEvents.NoteAsync(context, kind, user, place, detail, cancel), cancel: cancel);

    private static RefusedException WrongCredentials() => new(new Refusal(401, "wrong-credentials", ("登录名或密码不对", "The user name or password is wrong")));

    private static RefusedException WrongCode() => new(new Refusal(401, "wrong-code", ("验证码不对、已用过或已过期", "The code is wrong, used or too old")));

    public void Dispose()
    {
        checking.Dispose();
        documents.Dispose();
    }
}
