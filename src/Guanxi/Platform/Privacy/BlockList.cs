using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;
using Guanxi.Platform.Files;

namespace Guanxi.Platform.Privacy;

/// <summary>
/// Phones and addresses of people who asked to be forgotten, as keyed hashes: enough to know one again, not to read it. The key lies beside the database, not in it,
/// since a phone number alone is soon guessed.
/// </summary>
public sealed class BlockList
{
    internal const string KeyFile = "privacy.key";
    private readonly FrozenSet<string> hashes;
    private readonly byte[] key;

    private BlockList(byte[] key, IEnumerable<string> hashes) => (this.key, this.hashes) = (key, hashes.ToFrozenSet(StringComparer.Ordinal));

    public static BlockList None { get; } = new([], []);

    public int Count => hashes.Count;

    public static async Task<BlockList> LoadAsync(DatabaseSession session, string folder, CancellationToken cancel = default)
    {
        var hashes = await session.ListAsync(Sql.Of($"SELECT hash FROM blocked"), row => row.Text(0), cancel);
        return hashes.Count == 0 ? None : new BlockList(Key(folder), hashes);
    }

    /// <summary>The secret of a data directory; made when there is none, which is at the first start, so that every backup holds it.</summary>
    internal static byte[] Key(string folder)
    {
        var path = Path.Combine(KeyFolder.Ensure(folder), KeyFile);
        if (!File.Exists(path))
        {
            KeyFolder.WriteSecret(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }

        return Convert.FromHexString(File.ReadAllText(path).Trim());
    }

    /// <summary>Whether this phone, address or account is on the list.</summary>
    public bool Has(string value) => hashes.Count > 0 && hashes.Contains(Hash(key, Normal(value)));

    /// <summary>Puts a number or address on the list by hand, or takes it off because there is a new consent; both are in the ledger, without the number.</summary>
    public static async Task SetAsync(Workspace workspace, Access.Actor actor, string value, bool blocked, string? reason, CancellationToken cancel = default)
    {
        actor.Demand(Access.Functions.ManagePrivacy);
        if (value.Trim().Length is < 4 or > 254)
        {
            throw new RefusedException(Refusal.Invalid("value", ("请填写电话、邮箱或微信号", "Give a phone number, an e-mail address or a messenger name")));
        }

        if (reason is not { Length: > 0 and <= 300 })
        {
            throw new RefusedException(Refusal.Invalid("reason", ("请写明原因，最多 300 个字", "Say why, in at most 300 characters")));
        }

        var hash = Hash(Key(workspace.Folder), Normal(value));
        await workspace.WriteAsync(
            actor,
            async context =>
            {
                if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM blocked WHERE hash = {hash}"), cancel) > 0 == blocked)
                {
                    throw new RefusedException(Refusal.Invalid("value", blocked ? ("已在禁止名单中", "This is on the block-list already") : ("不在禁止名单中", "This is not on the block-list")));
                }

                var id = Guid.CreateVersion7(context.Now);
                await ErasureList.RememberAsync(context, new ErasureList.Line(id, blocked ? ErasureList.Blocked : ErasureList.Unblocked, id, context.Now, reason, [hash]), null, cancel);
                context.Note(blocked ? "block" : "unblock", changes: System.Text.Json.JsonSerializer.Serialize(new { reason }));
            },
            cancel: cancel);
        await ErasureList.KeepBesideAsync(workspace, CancellationToken.None);
    }

    private static string Normal(string value) => value.Contains('@', StringComparison.Ordinal) ? value : Language.PhoneNumber.Parse(value).E164 ?? value;

    internal static string Hash(byte[] key, string value) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(value.Trim().ToLowerInvariant())));

    /// <summary>The phones, e-mail addresses and messenger names of a record, by which a person is known again.</summary>
    internal static IEnumerable<(Field Field, string Value)> Marks(Record record)
    {
        foreach (var field in record.Type.Fields)
        {
            if (field is { Kind: FieldKind.Phone or FieldKind.Email } or { Name: "wechat" } && record[field] is string { Length: > 3 } text)
            {
                yield return (field, text);
            }
            else if (field.Search is SearchAs.Phone || field.Name is "otherEmails")
            {
                foreach (var point in record[field] as ContactPoint[] ?? [])
                {
                    yield return (field, point.Value);
                }
            }
        }
    }

    /// <summary>Stops a record that brings an erased person back: an import refuses the row, a person is asked.</summary>
    internal void Check(SaveContext context, Record record)
    {
        if (hashes.Count == 0 || context.Actor.IsSystem || !record.IsNew)
        {
            return;
        }

        foreach (var (field, value) in Marks(record))
        {
            if (!hashes.Contains(Hash(key, value)))
            {
                continue;
            }

            var warning = new Label("此人曾要求删除其个人数据；只有取得新的同意后才能重新录入", "This person asked to be erased; enter the data again only with a new consent");
            if (context.Actor.Surface == "import")
            {
                throw new RefusedException(Refusal.Invalid(field.Name, warning));
            }

            context.Confirm("erased-person", field.Name, warning);
        }
    }
}
