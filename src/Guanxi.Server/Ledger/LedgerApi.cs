using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Guanxi.Server.Platform;

namespace Guanxi.Server.Ledger;

/// <summary>The ledger for an auditor: its entries, its checkpoints, the check of all of it, and proofs.</summary>
public static class LedgerApi
{
    public static void MapLedger(this RouteGroupBuilder api)
    {
        api.MapGet("/ledger", EntriesAsync);
        api.MapGet("/ledger/state", StateAsync);
        api.MapGet("/ledger/checkpoints", CheckpointsAsync);
        api.MapGet("/ledger/{seq:long}/proof", ProofAsync);
        api.MapGet("/ledger/growth", GrowthAsync);
        api.MapPost("/ledger:verify", VerifyAsync);
        api.MapPost("/ledger:checkpoint", CheckpointAsync);
        api.MapPost("/ledger:check-proof", CheckProofAsync);
    }

    private static async Task EntriesAsync(HttpContext http)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ReadLedger);
        var query = http.Request.Query;
        var before = long.TryParse(query["cursor"], out var cursor) ? cursor : long.MaxValue;
        var limit = RecordsApi.Limit(http, 50);
        var statement = new Sql().Append("SELECT seq, at, actor_id, surface, action, record_type, record_id, changes, hash FROM ledger WHERE seq < ").Value(before);
        if (query["type"].ToString() is { Length: > 0 } type)
        {
            statement.Append(" AND record_type = ").Value(type);
        }

        if (query["action"].ToString() is { Length: > 0 } action)
        {
            statement.Append(" AND action = ").Value(action);
        }

        if (Guid.TryParse(query["actor"], out var by))
        {
            statement.Append(" AND actor_id = ").Value(by);
        }

        if (Guid.TryParse(query["record"], out var record))
        {
            statement.Append(" AND record_id = ").Value(record);
        }

        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var entries = await session.ListAsync(
            statement.Append(" ORDER BY seq DESC LIMIT ").Value(limit + 1),
            row => (Seq: row.Integer(0), At: row.Instant(1), Actor: row.OptionalId(2), Surface: row.Text(3), Action: row.Text(4), Type: row.OptionalText(5), Record: row.OptionalId(6), Changes: row.OptionalText(7), Hash: row.Bytes(8)), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var entry in entries.Take(limit))
            {
                writer.WriteStartObject();
                writer.WriteNumber("seq", entry.Seq);
                AdministrationApi.WriteInstant(writer, "at", entry.At);
                if (actor.Directory.Person(entry.Actor) is { } person)
                {
                    writer.WriteStartObject("actor");
                    writer.WriteString("id", person.Id);
                    writer.WriteString("name", person.Name);
                    writer.WriteEndObject();
                }

                writer.WriteString("surface", entry.Surface);
                writer.WriteString("action", entry.Action);
                writer.WriteString("type", entry.Type);
                if (entry.Record is { } id)
                {
                    writer.WriteString("recordId", id);
                }

                // Values only where the reader's own rights reach; who changed what stays visible.
                writer.WritePropertyName("changes");
                if (entry.Changes is { } changes && (actor.Role?.IsAdministrator ?? false))
                {
                    writer.WriteRawValue(changes);
                }
                else
                {
                    writer.WriteNullValue();
                }

                writer.WriteString("hash", Convert.ToHexStringLower(entry.Hash));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("next", entries.Count > limit ? entries[limit - 1].Seq.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        });
    }

    private static async Task StateAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ReadLedger);
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var frontier = await new LedgerTree(session).FrontierAsync(http.RequestAborted);
        var last = (await Checkpoints.ListAsync(session, limit: 1, cancel: http.RequestAborted)).FirstOrDefault();
        var id = await LedgerBook.IdAsync(session, http.RequestAborted);
        var deliveries = await CheckpointDelivery.StatesAsync(session, http.RequestAborted);
        var checkedLast = await LedgerChecks.LastAsync(session, http.RequestAborted);
        using var keys = LedgerKeys.Open(workspace.Folder);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("ledger", id);
            writer.WriteNumber("entries", frontier.Size);
            writer.WriteString("root", Convert.ToBase64String(frontier.Root()));
            writer.WriteString("publicKey", keys.PublicPem);
            writer.WritePropertyName("checkpoint");
            WriteCheckpoint(writer, last);
            writer.WriteStartArray("deliveries");
            foreach (var delivery in deliveries)
            {
                writer.WriteStartObject();
                writer.WriteString("channel", delivery.Channel);
                writer.WriteNumber("size", delivery.Size);
                AdministrationApi.WriteInstant(writer, "at", delivery.At);
                writer.WriteNumber("failures", delivery.Failures);
                writer.WriteString("problem", delivery.Problem);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WritePropertyName("lastCheck");
            writer.WriteRawValue(checkedLast ?? "null");
        });
    }

    private static void WriteCheckpoint(Utf8JsonWriter writer, Checkpoints.Kept? kept)
    {
        if (kept is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("size", kept.Size);
        AdministrationApi.WriteInstant(writer, "at", kept.At);
        writer.WriteString("root", Convert.ToBase64String(kept.Root));
        writer.WriteString("note", kept.Note);
        writer.WriteEndObject();
    }

    private static async Task CheckpointsAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ReadLedger);
        var before = long.TryParse(http.Request.Query["cursor"], out var cursor) ? cursor : long.MaxValue;
        var limit = RecordsApi.Limit(http, 50);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var checkpoints = await Checkpoints.ListAsync(session, before, limit + 1, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            checkpoints.Take(limit).ToList().ForEach(kept => WriteCheckpoint(writer, kept));
            writer.WriteEndArray();
            writer.WriteString("next", checkpoints.Count > limit ? checkpoints[limit - 1].Size.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        });
    }

    private static async Task CheckpointAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ReadLedger);
        var workspace = http.Workspace();
        using var keys = LedgerKeys.Open(workspace.Folder);
        await Checkpoints.MakeAsync(workspace, keys, now: true, http.RequestAborted);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var last = (await Checkpoints.ListAsync(session, limit: 1, cancel: http.RequestAborted)).FirstOrDefault();
        await http.JsonAsync(writer =>
        {
            writer.WritePropertyName("checkpoint");
            WriteCheckpoint(writer, last);
        });
    }

    private static long? Number(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text
        ? long.TryParse(text, out var number) ? number : throw new RefusedException(Refusal.Invalid(name, ("应为整数", "This should be a whole number")))
        : null;

    private static async Task ProofAsync(HttpContext http, long seq)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ReadLedger);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var proof = await LedgerProof.OfEntryAsync(session, seq, Number(http, "size"), http.RequestAborted) ?? throw new RefusedException(Refusal.NotFound);

        // Values only for those who may read them in the list; the proof holds without.
        await AnswerAsync(http, actor.Role?.IsAdministrator == true ? proof : proof with { Entry = proof.Entry!.WithoutValues() });
    }

    private static async Task GrowthAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ReadLedger);
        var first = Number(http, "first") ?? throw new RefusedException(Refusal.Invalid("first", RecordChecks.Required));
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await AnswerAsync(http, await LedgerProof.OfGrowthAsync(session, first, Number(http, "second"), http.RequestAborted) ?? throw new RefusedException(Refusal.NotFound));
    }

    private static Task AnswerAsync(HttpContext http, LedgerProof proof) => http.JsonAsync(buffer =>
    {
        var json = System.Text.Encoding.UTF8.GetBytes(proof.ToJson());
        json.CopyTo(buffer.GetSpan(json.Length));
        buffer.Advance(json.Length);
        return Task.CompletedTask;
    });

    private static async Task CheckProofAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ReadLedger);
        var body = await http.BodyAsync();
        using var keys = LedgerKeys.Open(http.Workspace().Folder);
        Label? wrong;
        try
        {
            var proof = LedgerProof.Parse(body.ValueKind == JsonValueKind.Object && body.TryGetProperty("proof", out var given) ? given.GetRawText() : "{}");
            wrong = proof.Wrong(keys, body.Word("checkpoint") is { } note ? Checkpoint.ReadAll(note, keys) : null);
        }
        catch (InvalidDataException error)
        {
            throw new RefusedException(Refusal.Invalid("proof", new Label("这不是账本证明，或检查点无法读取", error.Message)));
        }

        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("holds", wrong is null);
            writer.WriteString("reason", wrong?.In(http.Language()));
        });
    }

    private static async Task VerifyAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ReadLedger);
        var workspace = http.Workspace();
        var body = http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0 ? await http.BodyAsync() : default;
        using var keys = LedgerKeys.Open(workspace.Folder);
        IReadOnlyList<Checkpoint.Read>? outside = null;
        if (body.Word("checkpoint") is { Length: > 0 } text)
        {
            try
            {
                outside = Checkpoint.ReadAll(text, keys);
            }
            catch (InvalidDataException error)
            {
                throw new RefusedException(Refusal.Invalid("checkpoint", new Label("这不是检查点文件，请贴上完整的检查点", error.Message)));
            }
        }

        var report = await LedgerChecks.RunAsync(workspace, keys, outside, http.RequestAborted);
        await http.JsonAsync(writer => LedgerChecks.Write(writer, report, http.Language()));
    }
}
