using Guanxi.Platform.Records;

namespace Guanxi.Platform.Access;

/// <summary>The function rights: name, the words for an administrator, and nothing else anywhere.</summary>
public static class Functions
{
    public const string ManageUsers = "users.manage";
    public const string ManageRoles = "roles.manage";
    public const string ManageFields = "fields.manage";
    public const string ManageSettings = "settings.manage";
    public const string ReadLedger = "ledger.read";
    public const string ManageViews = "views.public";
    public const string ManageImports = "imports.manage";
    public const string RestoreDeleted = "records.restore";
    public const string AssignOwner = "records.assign";
    public const string ManagePrivacy = "privacy.manage";
    public const string ManagePools = "pools.manage";
    public const string ManageSegments = "segments.manage";
    public const string MergeRecords = "records.merge";
    public const string ExplainAccess = "access.explain";
    public const string ManageCatalogue = "catalogue.manage";
    public const string ReadCosts = "costs.read";
    public const string ReadValue = "value.read";
    public const string ManageProcesses = "processes.manage";
    public const string GrantExceptions = "exceptions.grant";
    public const string ManageApprovals = "approvals.manage";
    public const string ApproveContracts = "contracts.approve";
    public const string ManageReceivables = "receivables.manage";
    public const string WriteOffReceivables = "receivables.writeOff";
    public const string ManageCredit = "credit.manage";
    public const string OverrideCredit = "credit.override";
    public const string ManageLeads = "leads.manage";
    public const string ManageTargets = "targets.manage";

    public static IReadOnlyList<(string Name, Label Label)> All { get; } =
    [
        (ManageUsers, ("管理用户与团队", "Manage people and teams")),
        (ManageRoles, ("管理角色与权限", "Manage roles and rights")),
        (ManageFields, ("管理字段", "Manage fields")),
        (ManageSettings, ("管理公司设置", "Manage company settings")),
        (ReadLedger, ("查看审计账本", "Read the audit ledger")),
        (ManageViews, ("发布公共视图", "Publish public views")),
        (ManageImports, ("查看并撤销他人的导入", "See and undo imports of others")),
        (RestoreDeleted, ("从回收站恢复", "Restore from the recycle bin")),
        (AssignOwner, ("分配负责人", "Assign owners")),
        (ManagePools, ("管理公海", "Manage pools")),
        (ManageSegments, ("管理客户细分", "Manage customer segments")),
        (MergeRecords, ("处理重复记录并合并", "Review and merge duplicates")),
        (ManagePrivacy, ("导出与删除个人数据、保留期限", "Export and erase personal data, retention")),
        (ExplainAccess, ("查看“谁能看到”", "See who can see a record")),
        (ManageCatalogue, ("管理产品与价格", "Manage products and prices")),
        (ReadCosts, ("查看成本与底价", "See costs and floor prices")),
        (ReadValue, ("查看客户价值（利润金额）", "See what customers are worth (amounts of margin)")),
        (ManageProcesses, ("管理销售流程", "Manage sales processes")),
        (GrantExceptions, ("批准流程例外", "Grant exceptions from a sales process")),
        (ManageApprovals, ("管理审批流", "Manage approval chains")),
        (ApproveContracts, ("审批与作废合同", "Approve contracts and make them void")),
        (ManageReceivables, ("管理应收：开票、收款、核销、催款规则", "Keep the receivables: issue invoices, enter and allocate receipts, rules of dunning")),
        (WriteOffReceivables, ("核销坏账", "Write off receivables")),
        (ManageCredit, ("管理信用规则与客户额度", "Manage rules of credit and customers' limits")),
        (OverrideCredit, ("批准信用例外", "Grant credit exceptions")),
        (ManageLeads, ("管理线索表单、邮箱与分配规则", "Manage lead forms, mailboxes and assignment rules")),
        (ManageTargets, ("制定销售目标与预测快照", "Set sales targets and take forecast snapshots")),
    ];
}
