using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>What happened around signing in: one line for the ledger, which nobody can change, and one row for the administrators' page, which finds quickly.</summary>
public static class SecurityEvents
{
    /// <summary>What a ledger line about security has in place of a record type: no record's history shows it.</summary>
    public const string LedgerType = "security";

    private static readonly JsonSerializerOptions Form = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <param name="context">The unit of work it happens in.</param>
    /// <param name="kind">Such as sign-in, sign-in.failed, passkey.add.</param>
    /// <param name="user">Whom it is about; null for a name nobody has. Names typed by strangers are not kept: they are often passwords.</param>
    /// <param name="place">From where; null on the machine itself.</param>
    /// <param name="detail">More, without secrets.</param>
    public static async Task NoteAsync(SaveContext context, string kind, Guid? user, Place? place, string? detail = null, CancellationToken cancel = default)
    {
        var id = Guid.CreateVersion7(context.Now);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO security_event (id, at, kind, user_id, actor_id, address, device, detail) VALUES ({id}, {context.Now}, {kind}, {user}, {context.ActorId}, {place?.Address}, {place?.ShownDevice}, {detail})"), cancel);
        context.Note(kind, LedgerType, null, JsonSerializer.Serialize(new { user, address = place?.Address, device = place?.ShownDevice, detail }, Form));
    }

    public sealed record Line(Guid Id, DateTimeOffset At, string Kind, Guid? User, Guid? Actor, string? Address, string? Device, string? Detail);

    /// <summary>A page of events, newest first, before the cursor (milliseconds and id of the last line seen).</summary>
    public static async Task<List<Line>> ReadAsync(DatabaseSession session, Guid? user, string? kind, string? address, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancel = default)
    {
        var statement = new Sql().Append("SELECT id, at, kind, user_id, actor_id, address, device, detail FROM security_event WHERE 1 = 1");
        if (user is not null)
        {
            statement.Append(" AND user_id = ").Value(user);
        }

        if (kind is not null)
        {
            statement.Append(" AND kind = ").Value(kind);
        }

        if (address is not null)
        {
            statement.Append(" AND address = ").Value(address);
        }

        if (before is { } from)
        {
            statement.Append(" AND (at, id) < (").Value(from.At).Append(", ").Value(from.Id).Append(")");
        }

        return await session.ListAsync(
            statement.Append(" ORDER BY at DESC, id DESC LIMIT ").Value(limit),
            row => new Line(row.Id(0), row.Instant(1), row.Text(2), row.OptionalId(3), row.OptionalId(4), row.OptionalText(5), row.OptionalText(6), row.OptionalText(7)), cancel);
    }
}
