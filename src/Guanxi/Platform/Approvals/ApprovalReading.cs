using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>
/// What is to be read of requests: by whoever submitted one, whoever signs or signed it, who stands in for a signer now, and who manages approvals. Nobody else learns that it is there.
/// A signer sees of the record what its kind shows, each field as far as his field rights go, whether or not he may open the record itself.
/// </summary>
public static class ApprovalReading
{
    /// <summary>The name in addresses and notices.</summary>
    public const string Type = "approvals";

    internal static async ValueTask<bool> MaySeeAsync(DatabaseSession session, Actor actor, ApprovalRequest request, List<ApprovalTurn> turns, DateTimeOffset now, CancellationToken cancel)
    {
        if (actor.Scope?.Reads(request.RecordType) == false)
        {
            return false;
        }

        if (request.SubmittedBy == actor.Id || turns.Exists(turn => turn.Signer == actor.Id || turn.DecidedBy == actor.Id) || actor.Has(Functions.ManageApprovals))
        {
            return true;
        }

        var others = turns.Exists(turn => turn.State == "waiting") ? await Delegations.StoodInForAsync(session, actor.Id, now, request.SubmittedBy, cancel) : [];
        return turns.Exists(turn => turn.State == "waiting" && others.Contains(turn.Signer));
    }

    /// <summary>Which of these the actor may see.</summary>
    public static async ValueTask<HashSet<Guid>> VisibleAsync(DatabaseSession session, Actor actor, IReadOnlyCollection<Guid> ids, DateTimeOffset now, CancellationToken cancel = default)
    {
        var sql = new Sql().Append("SELECT id FROM approval a WHERE id IN ").List(ids).Append(Within(actor));
        if (!actor.Has(Functions.ManageApprovals))
        {
            sql.Append(" AND (submitted_by = ").Value(actor.Id).Append(" OR EXISTS (SELECT 1 FROM approval_turn t WHERE t.approval_id = a.id AND (t.signer_id = ").Value(actor.Id).Append(" OR t.decided_by = ").Value(actor.Id)
                .Append(" OR (t.state = 'waiting' AND ").Append(await Delegations.TurnsAsync(session, actor.Id, now, cancel)).Append("))))");
        }

        return ids.Count == 0 ? [] : [.. await session.ListAsync(sql, row => row.Id(0), cancel)];
    }

    /// <summary>A token that is for some nouns alone reaches requests about those alone.</summary>
    private static Sql Within(Actor actor) => actor.Scope is not { IsEverything: false } scope ? new Sql()
        : new Sql().Append(" AND a.record_type IN ").List(actor.Schema.Types.Where(type => type.Approvals.Count > 0 && scope.Reads(type.Name)).Select(type => type.Name));

    /// <summary>How many turns wait for somebody, those he stands in for included.</summary>
    public static async ValueTask<long> CountWaitingAsync(DatabaseSession session, Actor actor, DateTimeOffset now, CancellationToken cancel = default) =>
        await session.ScalarAsync<long>(new Sql().Append("SELECT COUNT(DISTINCT t.approval_id) FROM approval_turn t JOIN approval a ON a.id = t.approval_id WHERE t.state = 'waiting' AND ")
            .Append(await Delegations.TurnsAsync(session, actor.Id, now, cancel)).Append(Within(actor)), cancel);

    /// <summary>Requests of a box, a page: waiting (for me, oldest first), mine (newest first) or done (by me, last first).</summary>
    /// <param name="cursor">The value of the last page; null for the first.</param>
    /// <exception cref="RefusedException">There is no such box, or the cursor is broken.</exception>
    public static async Task WriteListAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, string box, string? cursor, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        var after = Cursor(cursor);
        var (from, at, key, backwards) = box switch
        {
            "waiting" => (new Sql().Append("FROM approval_turn t JOIN approval a ON a.id = t.approval_id WHERE t.state = 'waiting' AND ").Append(await Delegations.TurnsAsync(session, actor.Id, now, cancel)), "t.created_at", "t.id", false),
            "mine" => (new Sql().Append("FROM approval a WHERE a.submitted_by = ").Value(actor.Id), "a.submitted_at", "a.id", true),
            "done" => (new Sql().Append("FROM approval_turn t JOIN approval a ON a.id = t.approval_id WHERE t.decided_by = ").Value(actor.Id), "t.decided_at", "t.id", true),
            _ => throw new RefusedException(Refusal.Invalid("box", ("应为 waiting、mine 或 done", "This is waiting, mine or done"))),
        };
        var sql = new Sql().Append($"SELECT a.id, a.kind, a.title, a.reason, a.state, a.submitted_by, a.submitted_at, a.decided_at, {at}, {key}, ").Append(box == "waiting" ? "t.signer_id, t.due_at, " : "NULL, NULL, ").Append(box == "done" ? "t.state " : "NULL ").Append(from).Append(Within(actor));
        if (after is { } last)
        {
            sql.Append($" AND ({at}, {key}) {(backwards ? "<" : ">")} (").Value(last.At).Append(", ").Value(last.Id).Append(")");
        }

        sql.Append($" ORDER BY {at} {(backwards ? "DESC" : "ASC")}, {key} {(backwards ? "DESC" : "ASC")} LIMIT ").Value((long)limit + 1);
        var items = await session.ListAsync(
            sql,
            row => (Id: row.Id(0), Kind: row.Text(1), Title: row.Text(2), Reason: row.Text(3), State: row.Text(4), By: row.Id(5), Submitted: row.Instant(6), Decided: row.OptionalInstant(7), At: row.Instant(8), Key: row.Id(9), Signer: row.OptionalId(10), Due: row.OptionalInstant(11), Word: row.OptionalText(12)),
            cancel);
        writer.WriteStartArray("items");
        foreach (var item in items.Take(limit))
        {
            writer.WriteStartObject();
            writer.WriteString("id", item.Id);
            writer.WriteString("kind", item.Kind);
            writer.WriteString("kindLabel", ApprovalKind.Find(actor.Schema, item.Kind)?.Kind.Label.In(actor.Language) ?? item.Kind);
            writer.WriteString("title", item.Title);
            writer.WriteString("reason", item.Reason);
            writer.WriteString("state", item.State);
            Person(writer, "submittedBy", actor, item.By);
            Instant(writer, "submittedAt", item.Submitted);
            Instant(writer, "decidedAt", item.Decided);
            if (item.Signer is { } signer && signer != actor.Id)
            {
                Person(writer, "standsInFor", actor, signer);
            }

            Instant(writer, "dueAt", item.Due);
            if (item.Word is not null)
            {
                writer.WriteString("word", item.Word);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("next", items.Count > limit ? $"{items[limit - 1].At.ToUnixTimeMilliseconds()}_{items[limit - 1].Key:N}" : null);
    }

    private static (DateTimeOffset At, Guid Id)? Cursor(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = text.Split('_');
        return parts.Length == 2 && long.TryParse(parts[0], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at) && at < 253_402_300_799_000 && Guid.TryParseExact(parts[1], "N", out var id)
            ? (DateTimeOffset.FromUnixTimeMilliseconds(at), id)
            : throw new RefusedException(Refusal.Invalid("cursor", ("翻页标记无效", "The cursor is broken")));
    }

    /// <summary>One request: what it is about, whose turn it is, what was said, and what the actor may do now.</summary>
    /// <exception cref="RefusedException">The actor has no part in it.</exception>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid id, DateTimeOffset now, CancellationToken cancel = default)
    {
        var request = await ApprovalRequest.FindAsync(session, id, cancel);
        var turns = request is null ? [] : await ApprovalTurn.OfAsync(session, id, cancel);
        if (request is null || !await MaySeeAsync(session, actor, request, turns, now, cancel))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var found = ApprovalKind.Find(actor.Schema, request.Kind);
        writer.WriteString("id", id);
        writer.WriteString("kind", request.Kind);
        writer.WriteString("kindLabel", found?.Kind.Label.In(actor.Language) ?? request.Kind);
        writer.WriteString("title", request.Title);
        writer.WriteString("reason", request.Reason);
        writer.WriteString("state", ApprovalRequest.NameOf(request.State));
        Person(writer, "submittedBy", actor, request.SubmittedBy);
        Instant(writer, "submittedAt", request.SubmittedAt);
        Instant(writer, "decidedAt", request.DecidedAt);
        if (found is { } known)
        {
            if (await RecordStore.ExistsAsync(session, actor, known.Type, request.Record, Verb.Read, now, cancel: cancel))
            {
                writer.WriteStartObject("record");
                writer.WriteString("type", request.RecordType);
                writer.WriteString("id", request.Record);
                writer.WriteEndObject();
            }

            await FactsAsync(writer, session, actor, known.Type, known.Kind, request, now, cancel);
        }

        await StepsAsync(writer, session, actor, request, turns, now, cancel);
        await EventsAsync(writer, session, actor, id, cancel);
    }

    private static async ValueTask FactsAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, RecordType type, ApprovalKind kind, ApprovalRequest request, DateTimeOffset now, CancellationToken cancel)
    {
        var (facts, titles) = ApprovalSnapshot.Read(request.Snapshot, type, kind.Shows);
        writer.WriteStartArray("facts");
        foreach (var (field, value) in facts.Where(fact => actor.On(type, fact.Field) > FieldRight.Hidden))
        {
            writer.WriteStartObject();
            writer.WriteString("field", field.Name);
            writer.WriteString("label", field.Label.In(actor.Language));
            writer.WriteString("kind", field.KindName);
            writer.WritePropertyName("value");
            var masked = actor.On(type, field) == FieldRight.Masked;
            if (field.Kind == FieldKind.Choice && value is string chosen && !masked)
            {
                writer.WriteStringValue(field.Choices.FirstOrDefault(choice => choice.Value == chosen)?.Label.In(actor.Language) ?? chosen);
            }
            else
            {
                RecordJson.WriteValue(writer, actor, field, value, masked, titles);
                if (!masked)
                {
                    actor.Reading.Note(type, field, request.Record);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("causes");
        bool MayRead(string name) => type.Find(name) is { } field && actor.Reads(type, field);
        var causes = request.Causes is null ? [] : JsonSerializer.Deserialize<List<ApprovalCause>>(request.Causes, ApprovalChain.Json) ?? [];
        foreach (var words in causes.Where(cause => (cause.Field is null || MayRead(cause.Field)) && (cause.Instead is null || !MayRead(cause.Instead))).Select(cause => new Label(cause.ZhHans, cause.En).In(actor.Language)).Distinct(StringComparer.Ordinal))
        {
            writer.WriteStringValue(words);
        }

        writer.WriteEndArray();
    }

    private static async ValueTask StepsAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, ApprovalRequest request, List<ApprovalTurn> turns, DateTimeOffset now, CancellationToken cancel)
    {
        writer.WriteStartArray("steps");
        for (var place = 0; place < request.Chain.Steps.Count; place++)
        {
            var step = request.Chain.Steps[place];
            writer.WriteStartObject();
            writer.WriteString("key", step.Key);
            writer.WriteString("name", step.Name);
            writer.WriteString("mode", step.Mode == SignMode.Any ? "any" : "all");
            writer.WriteBoolean("current", request.State == ApprovalState.Waiting && place == request.Step);
            writer.WriteBoolean("past", place < request.Step || request.State == ApprovalState.Approved);
            writer.WriteStartArray("signers");
            foreach (var turn in turns.Where(turn => turn.Round == request.Round && turn.Step == place))
            {
                writer.WriteStartObject();
                Person(writer, "person", actor, turn.Signer);
                writer.WriteString("state", turn.State);
                if (turn.DecidedBy is { } by && by != turn.Signer)
                {
                    Person(writer, "by", actor, by);
                }

                Instant(writer, "at", turn.DecidedAt);
                Instant(writer, "dueAt", turn.State == "waiting" ? turn.DueAt : null);
                writer.WriteBoolean("added", turn.AddedBy is not null);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        var mine = await ApprovalDecisions.MyTurnAsync(session, actor, request, turns, now, cancel) is not null;
        writer.WriteStartArray("may");
        foreach (var act in mine ? ["approve", "reject", "send-back", "add-signer"] : Array.Empty<string>())
        {
            writer.WriteStringValue(act);
        }

        if (request.SubmittedBy == actor.Id && request.State == ApprovalState.Returned)
        {
            writer.WriteStringValue("resubmit");
        }

        if (request.SubmittedBy == actor.Id && request.IsOpen && (request.Chain.MayWithdraw || request.State == ApprovalState.Returned))
        {
            writer.WriteStringValue("withdraw");
        }

        writer.WriteEndArray();
    }

    private static async ValueTask EventsAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid id, CancellationToken cancel)
    {
        var events = await session.ListAsync(
            Sql.Of($"SELECT at, actor_id, for_id, action, step, comment FROM approval_event WHERE approval_id = {id} ORDER BY number LIMIT 500"),
            row => (At: row.Instant(0), By: row.OptionalId(1), For: row.OptionalId(2), Action: row.Text(3), Step: row.OptionalText(4), Comment: row.OptionalText(5)), cancel);
        writer.WriteStartArray("events");
        foreach (var item in events)
        {
            writer.WriteStartObject();
            Instant(writer, "at", item.At);
            Person(writer, "by", actor, item.By);
            Person(writer, "for", actor, item.For);
            writer.WriteString("action", item.Action);
            writer.WriteString("step", item.Step);
            writer.WriteString("comment", item.Comment);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Person(Utf8JsonWriter writer, string name, Actor actor, Guid? id)
    {
        if (actor.Directory.Person(id) is { } person)
        {
            writer.WriteStartObject(name);
            writer.WriteString("id", person.Id);
            writer.WriteString("name", person.Name);
            writer.WriteEndObject();
        }
    }

    private static void Instant(Utf8JsonWriter writer, string name, DateTimeOffset? at)
    {
        if (at is { } moment)
        {
            writer.WriteString(name, RecordJson.Instant(moment.ToUnixTimeMilliseconds()));
        }
    }
}
