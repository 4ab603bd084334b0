using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Activities;

/// <summary>Tells people of what they asked to be reminded of, once.</summary>
public static class Reminders
{
    public static async Task<int> SendAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var due = workspace.Now;
            if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT 1 FROM activity WHERE remind_at IS NOT NULL AND reminded_at IS NULL AND remind_at <= {due} AND status = 'planned' AND deleted_at IS NULL LIMIT 1) x"), cancel) == 0)
            {
                return 0;
            }
        }

        return await workspace.WriteAsync(
            workspace.System(),
            async context =>
            {
                var due = await context.Session.ListAsync(
                    Sql.Of($"SELECT id, subject, owner_id FROM activity WHERE remind_at IS NOT NULL AND reminded_at IS NULL AND remind_at <= {context.Now} AND status = 'planned' AND deleted_at IS NULL ORDER BY remind_at LIMIT 200"),
                    row => (Id: row.Id(0), Subject: row.Text(1), Owner: row.OptionalId(2)), cancel);
                foreach (var (id, subject, owner) in due)
                {
                    // Marked first: told at most once, whatever happens to the message.
                    var mine = await context.Session.ExecuteAsync(Sql.Of($"UPDATE activity SET reminded_at = {context.Now} WHERE id = {id} AND reminded_at IS NULL"), cancel);
                    if (mine == 1 && owner is { } receiver)
                    {
                        await Notifications.SendAsync(context, receiver, "reminder", "activities", id, subject, ("到时间了", "It is time"));
                    }
                }

                return due.Count;
            },
            cancel: cancel);
    }
}
