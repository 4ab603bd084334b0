using Guanxi.Platform.Records;

namespace Guanxi.Platform.Merging;

/// <summary>Why records are not merged, or a merge is not taken back.</summary>
public static class MergeRefusals
{
    public static Refusal NotMergeable { get; } = Refusal.Breaks("merge-type", ("这类记录不能合并", "Records of this kind are not merged"));

    public static Refusal HowMany { get; } = Refusal.Invalid("records", ("请选择 2 到 5 条不同的记录", "Choose from 2 to 5 different records"));

    public static Refusal OtherKind { get; } = Refusal.Breaks("merge-kinds", ("企业与个人不能合并", "A company and a person are not merged"));

    public static Refusal GoneMeanwhile { get; } = new(412, "changed-meanwhile", ("有人刚刚合并或删除了其中一条", "Somebody has just merged or deleted one of them"));

    public static Refusal Undone { get; } = Refusal.Breaks("merge-undone", ("这次合并已经撤销", "This merge was taken back already"));

    public static Refusal Erased { get; } = Refusal.Breaks("merge-erased", ("被合并的记录已彻底删除，无法恢复", "The record that was merged has been erased and cannot come back"));

    public static Refusal InTheBin { get; } = Refusal.Breaks("merge-deleted", ("合并后的记录在回收站，请先恢复", "The merged record is in the recycle bin; restore it first"));

    public static Refusal IsMerged(Guid survivor) => Refusal.Breaks("merged", ("这条记录已并入另一条，请撤销合并来恢复", "This record was merged into another; undo the merge to bring it back")) with
    {
        More = new Dictionary<string, object?>(StringComparer.Ordinal) { ["survivor"] = survivor },
    };

    /// <summary>The merged record was itself merged later; that merge is taken back first.</summary>
    public static Refusal Later(Guid merge) => Refusal.Breaks("merge-later", ("合并后的记录之后又并入了另一条，请先撤销那次合并", "The merged record was later merged into another; take that merge back first")) with
    {
        More = new Dictionary<string, object?>(StringComparer.Ordinal) { ["merge"] = merge },
    };
}
