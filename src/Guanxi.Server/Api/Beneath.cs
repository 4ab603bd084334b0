using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>What a caller hears when not he and not the program but what lies beneath is at fault. Where nobody knows whether a change was saved, it says so, and how to find out without doing it twice.</summary>
public static class Beneath
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>The refusal; null when the fault is the program's own.</summary>
    public static Refusal? RefusalOf(Exception error, bool reading) => DatabaseTroubles.Of(error) switch
    {
        DatabaseTrouble.Full => new Refusal(507, "disk-full", ("磁盘已满，修改没有保存；腾出空间后请重试", "The disk is full and the change was not saved; free some space and try again")),
        DatabaseTrouble.Disk => new Refusal(503, "disk-fails", ("磁盘无法读写，修改没有确认保存；请通知管理员", "The disk does not read or write, and the change is not confirmed; tell the administrator")) { RetryAfter = Soon },
        DatabaseTrouble.Busy => new Refusal(503, "database-busy", ("数据库太忙，修改没有保存；请稍后重试", "The database is too busy and the change was not saved; try again in a moment")) { RetryAfter = Soon },
        DatabaseTrouble.Away when reading => new Refusal(503, "database-away", ("数据库暂时连不上，请稍后重试", "The database cannot be reached; try again in a moment")) { RetryAfter = Soon },
        DatabaseTrouble.Away => new Refusal(503, "database-away", ("数据库暂时连不上，修改没有确认保存", "The database cannot be reached, and the change is not confirmed"))
        {
            RetryAfter = Soon,
            Detail = new Label("请稍后查看记录，或用同一个 Idempotency-Key 重发：不会执行两次", "Look at the record in a moment, or send the request again with the same Idempotency-Key: it is not done twice"),
        },
        _ => null,
    };
}
