using Guanxi.Platform.Records;
using Guanxi.Science.Matching;

namespace Guanxi.Platform.Matching;

/// <summary>How one thing agreed, and what that weighs in bits; no values, so that it may be kept.</summary>
public sealed record LikenessReason(string Field, string Level, double Bits);

/// <summary>A stored record that may be the one in hand.</summary>
/// <param name="Record">The fields that were compared, the title and the owner; other fields are empty.</param>
/// <param name="Probability">Probability that the two are the same.</param>
/// <param name="Band">Match or review.</param>
/// <param name="IsRelated">Branch, subsidiary or namesake elsewhere: related, not the same.</param>
/// <param name="Reasons">What agreed and what not.</param>
/// <param name="IsVisible">Whether the actor may see the record.</param>
public sealed record Likeness(Record Record, double Probability, MatchBand Band, bool IsRelated, IReadOnlyList<LikenessReason> Reasons, bool IsVisible)
{
    public string BandName => IsRelated ? "related" : Band == MatchBand.Match ? "match" : "review";
}

/// <summary>What an agreement is called.</summary>
public static class MatchWords
{
    private static readonly Dictionary<string, Label> Levels = new(StringComparer.Ordinal)
    {
        ["same"] = ("相同", "the same"),
        ["sameName"] = ("名称相同", "the same name"),
        ["shortName"] = ("是简称", "a short form"),
        ["oneEdit"] = ("只差一个字", "one letter apart"),
        ["close"] = ("很接近", "very close"),
        ["similar"] = ("相似", "similar"),
        ["related"] = ("是分支或关联公司", "a branch or related company"),
        ["sameBrand"] = ("字号相同", "the same brand"),
        ["sameSound"] = ("读音相同", "sounds the same"),
        ["nearlySame"] = ("几乎相同", "nearly the same"),
        ["part"] = ("部分相同", "one part the same"),
        ["twoParts"] = ("大部分相同", "most parts the same"),
        ["sameArea"] = ("同一地区", "the same area"),
        ["sameStreet"] = ("同一街道", "the same street"),
        ["sameMailbox"] = ("邮箱名相同", "the same mailbox elsewhere"),
        ["sameNumber"] = ("号码相同", "the same number"),
        ["sameTail"] = ("尾号相同", "the same last digits"),
        ["sameYear"] = ("同一年", "the same year"),
        ["shortForm"] = ("是简写", "a short form"),
        ["swapped"] = ("姓名颠倒", "names swapped"),
        ["missing"] = ("缺失", "missing"),
        ["different"] = ("不同", "different"),
    };

    /// <summary>The words for a level of agreement; levels without words of their own are likenesses.</summary>
    public static Label Level(string level) => Levels.GetValueOrDefault(level) ?? Levels["similar"];
}
