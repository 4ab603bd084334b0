using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Live;

/// <summary>Tells a person something, in the transaction of what it is about.</summary>
public static class Notifications
{
    /// <summary>Tells somebody what is about no record, the actor himself included. {0} in the text is the actor's name.</summary>
    public static async ValueTask TellAsync(SaveContext context, Guid receiver, string kind, Label title, Label text)
    {
        if (context.Actor.Directory.Person(receiver) is not { Active: true } person)
        {
            return;
        }

        var language = person.Language ?? "zh-Hans";
        var words = text.In(language).Replace("{0}", context.Actor.Person.Name, StringComparison.Ordinal);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO notification (id, user_id, at, kind, actor_id, title, body) VALUES ({Guid.CreateVersion7(context.Now)}, {receiver}, {context.Now}, {kind}, {context.ActorId}, {title.In(language)}, {words})"));
        context.Announce(new LiveEvent("", Guid.Empty, 0, "notification", context.Actor.Id, receiver));
    }

    /// <summary>Sends unless the receiver is the actor, is gone, or may not see the record. {0} in the text is the actor's name.</summary>
    /// <param name="named">The record whose title it is, when it is another than the one the notice leads to.</param>
    public static async ValueTask SendAsync(SaveContext context, Guid receiver, string kind, string type, Guid record, string title, Label text, Record? named = null)
    {
        // An import of ten thousand tasks is no news about each.
        if (context.Actor.Batch is not null || receiver == context.Actor.Id || context.Actor.Directory.Person(receiver) is not { Active: true } person)
        {
            return;
        }

        var reader = new Actor(person, context.Actor.Directory, context.Schema, "page");
        if (!await RecordStore.ExistsAsync(context.Session, reader, context.Schema[type], record, Verb.Read, context.Now)
            || (named is not null && named.Id != record && !await RecordStore.ExistsAsync(context.Session, reader, named.Type, named.Id, Verb.Read, context.Now)))
        {
            return;
        }

        var id = Guid.CreateVersion7(context.Now);
        var words = string.Format(text.In(reader.Language), context.Actor.Person.Name);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO notification (id, user_id, at, kind, actor_id, record_type, record_id, title, body) VALUES ({id}, {receiver}, {context.Now}, {kind}, {context.ActorId}, {type}, {record}, {title}, {words})"));
        context.Announce(new LiveEvent(type, record, 0, "notification", context.Actor.Id, receiver));
    }
}
