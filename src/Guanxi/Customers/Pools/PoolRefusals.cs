using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>Why a customer is not claimed, released or protected, and what to do.</summary>
public static class PoolRefusals
{
    public static Refusal Taken { get; } = Refusal.Breaks("claimed", ("有人刚刚领取了这位客户", "Somebody has just claimed this customer"));

    public static Refusal NoPool { get; } = Refusal.Breaks("no-pool", ("没有启用的公海，请管理员先建立", "There is no pool in use; an administrator makes one"));

    public static Refusal NotYours { get; } = Refusal.Forbidden(("只有负责人或有“分配负责人”权限的人可以这样做", "Only the owner, or who may assign owners, can do this"));

    public static Refusal NoOwner { get; } = Refusal.Breaks("not-owned", ("这位客户没有负责人", "Nobody owns this customer"));

    public static Refusal NoProtection { get; } = Refusal.Breaks("no-protection", ("公海规则没有设定保护期", "The rules of the pool know no protection"));

    public static Refusal ADay(int most) => Refusal.Breaks("claims-a-day", new Label($"今天已领取 {most} 个，明天再来", $"You have claimed {most} today; come back tomorrow"));

    public static Refusal TooSoon(DateTimeOffset from) => Refusal.Breaks("claim-gap", new Label($"两次领取之间要隔一会儿，{Day(from)} 起可以再领", $"There is a pause between two claims; the next from {Day(from)}"));

    public static Refusal Looked(int most) => Refusal.Breaks("views-a-day", new Label($"今天已查看 {most} 位客户的详情，明天再来", $"You have looked at {most} customers today; come back tomorrow"));

    public static Refusal NeedsNoProtection { get; } = Refusal.Breaks("needs-no-protection", ("已成交的客户不会被收回，无需保护", "A customer who buys does not go back and needs no protection"));

    public static Refusal LockedBy(string owner) => Refusal.Breaks("locked", new Label($"这位客户与{owner}保护中的客户相同，保护期内不能修改和跟进，请先联系{owner}", $"The same customer is under {owner}'s protection: until it ends this one is neither changed nor followed up; ask {owner}"));

    public static Refusal Held(int most) => Refusal.Breaks("most-held", new Label($"名下客户已达上限 {most} 个，请先放回一些", $"You hold {most} customers already; release some first"));

    public static Refusal OtherHolds(string name, int most) => Refusal.Breaks("most-held", new Label($"{name}名下客户已达上限 {most} 个，请换一位负责人，或先转走一些", $"{name} holds {most} customers already: choose another owner, or move some first"));

    public static Refusal CoolingDown(DateTimeOffset until) => Refusal.Breaks("cool-down", new Label($"刚放入公海，{Day(until)} 起可以领取", $"It has just come to the pool and can be claimed from {Day(until)}"));

    public static Refusal FormerOwner(DateTimeOffset until) => Refusal.Breaks("former-owner", new Label($"你是原负责人，{Day(until)} 起才能再领取", $"It was yours; you can claim it again from {Day(until)}"));

    public static Refusal TooLong(DateTimeOffset until) => Refusal.Invalid("until", new Label($"最多保护到 {Day(until)}", $"At most until {Day(until)}"));

    public static Refusal ProtectionUsed(int days) => Refusal.Breaks("protection-used", new Label($"这位客户已保护满 {days} 天；请跟进，或请经理延长", $"It has been protected for {days} days already; get in touch, or ask a manager for more"));

    public static Refusal ClaimIt { get; } = Refusal.Breaks("claim-it", ("公海里的客户请用“领取”", "A customer in the pool is claimed, not taken"));

    public static Refusal TooManyProtected(int most) => Refusal.Breaks("most-protected", new Label($"最多同时保护 {most} 个", $"At most {most} are protected at once"));

    /// <summary>Why a customer from a file lies in the pool.</summary>
    public static Label Imported { get; } = ("导入", "Imported");

    private static string Day(DateTimeOffset at) => at.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm");
}
