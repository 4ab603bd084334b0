using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>What was done with a request: its own list of events, a line in the ledger, and notices to those whom it concerns.</summary>
internal static class ApprovalTrail
{
    private static readonly JsonSerializerOptions Form = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="subject">Whom it was done for, or to: the signer somebody stands in for, or who was added.</param>
    public static async ValueTask AddAsync(SaveContext context, Guid approval, string action, string? step, string? comment, Guid? subject = null, CancellationToken cancel = default)
    {
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO approval_event (id, approval_id, number, at, actor_id, for_id, action, step, comment) VALUES ({Guid.CreateVersion7(context.Now)}, {approval}, (SELECT COALESCE(MAX(number), 0) + 1 FROM approval_event WHERE approval_id = {approval}), {context.Now}, {context.ActorId}, {subject}, {action}, {step}, {comment})"), cancel);
        context.Note("approval." + action, ApprovalReading.Type, approval, JsonSerializer.Serialize(new { step, comment, subject }, Form));
    }
}

/// <summary>Tells people that it is their turn, or what became of their request; the notice leads to the request, not to the record, which not every signer may see.</summary>
internal static class ApprovalNotices
{
    public static async ValueTask SendAsync(SaveContext context, Guid receiver, ApprovalRequest request, Label text)
    {
        if (receiver == context.Actor.Id || context.Actor.Directory.Person(receiver) is not { Active: true } person)
        {
            return;
        }

        var words = text.In(person.Language ?? "zh-Hans").Replace("{0}", context.Actor.Person.Name, StringComparison.Ordinal);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO notification (id, user_id, at, kind, actor_id, record_type, record_id, title, body) VALUES ({Guid.CreateVersion7(context.Now)}, {receiver}, {context.Now}, {"approval"}, {context.ActorId}, {ApprovalReading.Type}, {request.Id}, {request.Title}, {words})"));
        context.Announce(new LiveEvent(ApprovalReading.Type, request.Id, 0, "notification", context.Actor.Id, receiver));
    }
}
