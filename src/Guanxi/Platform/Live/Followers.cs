using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Live;

/// <summary>Tells those who follow a record, or the customer it belongs to, that something happened with it.</summary>
public static class Followers
{
    private static readonly Label Changed = ("{0} 更新了你关注的记录", "{0} changed a record you follow");
    private static readonly Label Added = ("{0} 在你关注的客户下新增了内容", "{0} added something to a customer you follow");

    public static async ValueTask TellAsync(SaveContext context, Record record, bool created)
    {
        // An import of ten thousand rows is no news about each.
        if (context.Actor.Surface is "import" or "system" || !record.Type.HasOwner)
        {
            return;
        }

        var parent = record.Type.Access == AccessKind.Child ? record.Reference(record.Type.ParentField!) : null;
        var (about, type) = created && parent is { } customer ? (customer, record.Type[record.Type.ParentField!].Reference!) : (record.Id, record.Type.Name);
        foreach (var follower in await context.Session.ListAsync(Sql.Of($"SELECT user_id FROM follow WHERE record_id = {about} LIMIT 100"), row => row.Id(0)))
        {
            // What is named must be his to see, not only what he follows.
            await Notifications.SendAsync(context, follower, "followed", type, about, record.Title, created ? Added : Changed, record);
        }
    }
}
