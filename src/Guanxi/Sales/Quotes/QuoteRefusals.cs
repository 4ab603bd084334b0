using Guanxi.Platform.Records;

namespace Guanxi.Sales.Quotes;

/// <summary>What is refused about quotes.</summary>
internal static class QuoteRefusals
{
    public static Refusal Locked { get; } = Refusal.Breaks("quote-locked", ("报价已提交或已发出，不能直接改：请先“修订”成新的一版", "The quote was submitted or has left the house: revise it first, which makes a new edition"));

    public static Refusal Empty { get; } = Refusal.Breaks("quote-empty", ("报价没有明细", "The quote has no lines"));

    public static Refusal Expired { get; } = Refusal.Breaks("quote-expired", ("报价已过有效期，请先修订", "The quote is past its date; revise it first"));

    public static Refusal Pending { get; } = Refusal.Breaks("quote-pending", ("报价正在审批", "The quote is being approved"));

    public static Refusal Wrong(string status) => Refusal.Breaks("quote-status", new Label($"报价现在是“{NameOf(status).ZhHans}”，不能这样做", $"The quote is “{NameOf(status).En}”; this cannot be done now"));

    public static Refusal NeedsApproval(IReadOnlyList<Label> why) => Refusal.Breaks("quote-needs-approval", new Label($"需要审批，请写明理由：{string.Join("；", why.Select(label => label.ZhHans))}", $"It needs an approval, so give a reason: {string.Join("; ", why.Select(label => label.En))}"));

    public static Refusal Ordered(string number) => Refusal.Breaks("order-exists", new Label($"这张报价已有订单 {number}", $"This quote has the order {number} already"));

    private static Label NameOf(string status) => Quote.Description["status"].Choices.FirstOrDefault(choice => choice.Value == status)?.Label ?? new Label(status, status);
}
