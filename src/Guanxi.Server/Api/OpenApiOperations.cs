using System.Text.Json.Nodes;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>What each call does, asks for in its query and takes as a body, for people who read or try the API.</summary>
internal static class OpenApiOperations
{
    /// <param name="Query">Names of query parameters, separated by spaces.</param>
    /// <param name="Body">An example of the body; null where there is none or where the noun's own fields make it.</param>
    internal sealed record About(Label Summary, string Query = "", string? Body = null, bool IsFile = false);

    private const string ListQuery = "filter sort fields limit cursor q count";

    /// <summary>By method and path; {type} stands for every noun.</summary>
    private static readonly Dictionary<string, About> Known = new(StringComparer.Ordinal)
    {
        ["GET /{type}"] = new(("列表：筛选、排序、翻页", "List: filter, sort, page"), ListQuery),
        ["POST /{type}"] = new(("新建", "Create"), "confirm"),
        ["GET /{type}/{id}"] = new(("一条记录", "One record")),
        ["PATCH /{type}/{id}"] = new(("修改，只写要改的字段；If-Match 带版本", "Change the fields named; If-Match carries the version"), "confirm"),
        ["DELETE /{type}/{id}"] = new(("放入回收站", "Move to the recycle bin")),
        ["POST /{type}/{id}/restore"] = new(("从回收站还原", "Bring back from the recycle bin")),
        ["GET /{type}/{id}/history"] = new(("变更历史", "History of changes"), "cursor limit"),
        ["POST /{type}/{id}/history/{seq}:restore"] = new(("恢复某次变更前的值", "Put back the values before a change"), "", """{"fields":["city"]}"""),
        ["GET /{type}/{id}/timeline"] = new(("时间线", "Timeline"), "cursor limit"),
        ["GET /{type}/{id}/access"] = new(("谁能看到，为什么", "Who can see it, and why"), "user"),
        ["GET /{type}/{id}/shares"] = new(("共享与客户团队", "Shares and account team")),
        ["POST /{type}/{id}/shares"] = new(("共享给人或团队", "Share with a person or a team"), "", """{"user":"ID","level":"read","until":"2026-12-31"}"""),
        ["DELETE /{type}/{id}/shares/{share}"] = new(("取消共享", "End a share")),
        ["GET /{type}/{id}/follow"] = new(("是否关注", "Whether I follow it")),
        ["PUT /{type}/{id}/follow"] = new(("关注", "Follow")),
        ["DELETE /{type}/{id}/follow"] = new(("取消关注", "Stop following")),
        ["GET /{type}/{id}/followers"] = new(("谁在关注", "Who follows it")),
        ["GET /{type}/{id}/files"] = new(("附件", "Attachments")),
        ["POST /{type}/{id}/files"] = new(("上传附件", "Attach a file"), IsFile: true),
        ["GET /{type}/{id}/personal-data"] = new(("个人数据副本（zip）", "A copy of a person's data (zip)")),
        ["POST /{type}/{id}:erase"] = new(("彻底删除个人数据；dryRun 只计数", "Erase a person; dryRun only counts"), "", """{"reason":"letter of 2026-11-01","block":true,"dryRun":true,"mentions":["activities/01a2…","ledger/1234"]}"""),
        ["GET /{type}/{id}/mentions"] = new(("此人在别处被提到的地方", "Where else a person is named")),
        ["GET /reads"] = new(("谁查看了敏感字段、导出了数据", "Who read audited fields and took data out"), "actor kind type field record from until cursor limit"),
        ["GET /reads/fields"] = new(("哪些字段的查看会被记录", "Of which fields reading is recorded")),
        ["PUT /reads/fields"] = new(("更改哪些字段的查看会被记录", "Change of which fields reading is recorded"), "", """{"customers":["otherId","phone"]}"""),
        ["POST /privacy/blocked"] = new(("加入禁止名单", "Put a number or address on the block-list"), "", """{"value":"13800000000","reason":"letter of 2026-11-01"}"""),
        ["POST /privacy/blocked:remove"] = new(("移出禁止名单", "Take a number or address off the block-list"), "", """{"value":"13800000000","reason":"new consent of 2026-11-20"}"""),
        ["POST /privacy/blocked:check"] = new(("是否在禁止名单中", "Whether a number or address is on the block-list"), "", """{"value":"13800000000"}"""),
        ["GET /privacy"] = new(("保留规则、禁止名单与已办理的请求", "Retention rules, block-list and answered requests")),
        ["POST /{type}:matches"] = new(("录入时查重：哪些已有记录可能相同，为什么", "Is it there already: which records may be the same, and why"), "", """{"values":{"name":"上海华兴机械设备有限公司","phone":"13800138000"}}"""),
        ["GET /{type}:compare"] = new(("2 到 5 条记录并排比较", "From 2 to 5 records side by side"), "ids"),
        ["POST /{type}:merge"] = new(("合并记录；dryRun 只看结果", "Make one record of several; dryRun only shows it"), "confirm", """{"survivor":"ID","records":["ID"],"choices":{"phone":"ID"},"dryRun":true}"""),
        ["GET /merges"] = new(("合并记录，可撤销", "Merges, which can be taken back"), "type record cursor limit"),
        ["POST /merges/{id}:undo"] = new(("撤销一次合并；dryRun 只看结果", "Take a merge back; dryRun only shows what would happen"), "", """{"dryRun":true}"""),
        ["GET /duplicates"] = new(("待处理的重复记录", "Likely duplicates to decide on"), "type band mine cursor limit count"),
        ["POST /duplicates/{id}:different"] = new(("不是同一个，永远记住", "Not the same, remembered for ever"), "", """{"records":["ID","ID"]}"""),
        ["POST /duplicates/{id}:related"] = new(("是关联公司，不是同一个", "Related, not the same"), "", """{"records":["ID","ID"]}"""),
        ["POST /duplicates/{id}:assign"] = new(("交给某人处理", "Give it to somebody to decide on"), "", """{"user":"ID"}"""),
        ["GET /duplicates/scan"] = new(("全库扫描的进度", "How the scan of the base stands"), "type"),
        ["POST /duplicates:scan"] = new(("扫描全库", "Scan the whole base"), "", """{"type":"customers"}"""),
        ["GET /matching"] = new(("查重的阈值与规则", "Thresholds and rules of matching")),
        ["PATCH /matching"] = new(("修改查重的阈值与规则", "Change thresholds and rules of matching"), "", """{"match":0.5,"review":0.1,"rules":{"page.owned":"warn"}}"""),
        ["GET /pool"] = new(("公海里的客户与我的额度", "What lies in the pools, and how many I may claim"), "pool q cursor limit"),
        ["POST /pools:try"] = new(("试算：今天会收回哪些客户", "What would go back today"), "", """{"id":"ID","values":{"contactDays":30}}"""),
        ["POST /customers/{id}:claim"] = new(("领取", "Claim"), "confirm", "{}"),
        ["POST /customers/{id}:release"] = new(("放回公海", "Release to a pool"), "", """{"pool":"ID","reason":"联系不上"}"""),
        ["POST /customers/{id}:protect"] = new(("保护到某天；不带日期即取消", "Protect until a day; without one the protection ends"), "", """{"until":"2026-12-31"}"""),
        ["GET /customers/{id}/pool-history"] = new(("归属流水", "Whose it was, and when")),
        ["POST /privacy/retention"] = new(("新建或修改保留规则", "Make or change a retention rule"), "", """{"name":"Prospects a year","recordType":"customers","filter":"stage = \"prospect\"","field":"createdAt","days":365,"act":"recycle"}"""),
        ["DELETE /privacy/retention/{id}"] = new(("删除保留规则", "Remove a retention rule")),
        ["POST /privacy/retention:try"] = new(("试算：规则会涉及哪些记录", "What a rule would touch"), "", """{"recordType":"customers","field":"createdAt","days":365,"act":"recycle"}"""),
        ["GET /{type}:aggregate"] = new(("分组与合计", "Groups and sums"), "group measure filter q"),
        ["POST /{type}:batch"] = new(("一次最多 1,000 个操作，要么全部成功", "Up to 1,000 operations, all or none"), "", """{"operations":[{"op":"update","id":"ID","version":1,"values":{"city":"长沙市"}}]}"""),
        ["POST /{type}:edit"] = new(("批量修改", "Bulk edit"), "", """{"filter":"city = \"长沙\"","values":{"city":"长沙市"},"dryRun":true}"""),
        ["POST /{type}:delete"] = new(("批量放入回收站", "Bulk delete"), "", """{"ids":["ID"],"dryRun":true}"""),
        ["GET /{type}:export"] = new(("导出 csv、xlsx、json、vcf", "Export as csv, xlsx, json or vcf"), "format filter fields sort q"),
        ["GET /deals:board"] = new(("商机看板：每个阶段的数量、金额、加权金额和前 20 张卡片", "The board: count, sum, weighted sum and first twenty cards of each stage"), "process filter q"),
        ["GET /deals/{id}/gate"] = new(("到某个阶段还差什么", "What is missing on the way to a stage"), "to"),
        ["GET /deals/{id}/stays"] = new(("经过的阶段", "The stages it has been in")),
        ["POST /deals/{id}:move"] = new(("推进或退回阶段；差什么会一一列出", "Move to another stage; what is missing is listed"), "", """{"stage":"quote"}"""),
        ["POST /deals/{id}:win"] = new(("赢单", "Win"), "", """{"reason":"价格","note":""}"""),
        ["POST /deals/{id}:lose"] = new(("输单", "Lose"), "", """{"reason":"竞品","to":"海尔","note":""}"""),
        ["POST /deals/{id}:reopen"] = new(("重新打开", "Open again")),
        ["POST /gate-exceptions/{id}:grant"] = new(("批准例外", "Grant an exception"), "", """{"answer":"同意"}"""),
        ["POST /gate-exceptions/{id}:refuse"] = new(("拒绝例外", "Refuse an exception"), "", """{"answer":"先把成本算清"}"""),
        ["GET /products:price"] = new(("客户今天买这个产品的价格", "What a product costs a customer today"), "product customer quantity currency"),
        ["GET /customers/{id}/overview"] = new(("客户全貌，一次取完", "The 360° page in one answer")),
        ["POST /activities/{id}:complete"] = new(("完成，可同时约好下一步", "Complete, and plan the next step"), "", """{"result":"已确认","next":{"at":"2026-12-01T02:00:00Z","subject":"回访"}}"""),
        ["POST /activities/{id}:reopen"] = new(("重新打开", "Reopen")),
        ["POST /activities/{id}:snooze"] = new(("推迟", "Snooze"), "", """{"until":"2026-12-01T02:00:00Z"}"""),
        ["POST /users/{id}:reset-password"] = new(("重置密码", "Reset the password"), "", """{"password":"…"}"""),
        ["GET /changes"] = new(("变更流，供其他系统同步", "Feed of changes, for other systems"), "since types limit"),
        ["GET /search"] = new(("搜索所有记录", "Search all records"), "q types"),
        ["GET /home"] = new(("今天的工作", "Today's work")),
        ["GET /live"] = new(("实时事件（SSE）", "Live events (SSE)")),
        ["GET /divisions"] = new(("省市区", "Provinces, cities, districts"), "parent"),
        ["GET /files/{file}"] = new(("下载附件", "Download a file")),
        ["DELETE /files/{file}"] = new(("删除附件", "Delete a file")),
        ["GET /functions"] = new(("功能权限的名称", "Names of function rights")),
        ["GET /imports"] = new(("导入记录", "Imports so far")),
        ["POST /imports"] = new(("导入文件", "Import a file"), IsFile: true),
        ["POST /imports:inspect"] = new(("识别文件的编码与列", "Look at a file: encoding and columns"), IsFile: true),
        ["GET /imports/{id}"] = new(("一次导入", "One import")),
        ["GET /imports/{id}/rejects"] = new(("未通过的行（csv）", "Rejected rows (csv)")),
        ["POST /imports/{id}:undo"] = new(("撤销导入", "Undo an import")),
        ["GET /ledger"] = new(("操作日志", "The ledger"), "type record actor action cursor limit"),
        ["POST /ledger:verify"] = new(("校验日志是否被改动", "Verify that nobody altered the ledger")),
        ["GET /ledger/state"] = new(("日志的总数与根", "Size and root of the ledger")),
        ["GET /ledger/checkpoints"] = new(("签名的检查点", "Signed checkpoints"), "cursor limit"),
        ["GET /ledger/growth"] = new(("一个检查点到另一个之间只增未改的证明", "Proof that the ledger only grew between two checkpoints"), "first second"),
        ["GET /ledger/{seq}/proof"] = new(("一条日志的证明，可自行核对", "Proof of one entry, to be checked by oneself"), "size"),
        ["POST /ledger:checkpoint"] = new(("现在签一个检查点", "Sign a checkpoint now")),
        ["POST /ledger:check-proof"] = new(("核对一份证明", "Check a proof"), "", """{"proof":{},"checkpoint":"…"}"""),
        ["GET /backups"] = new(("备份及其恢复验证", "Backups, and whether each was restored well")),
        ["POST /backups"] = new(("立即备份并恢复验证", "Make a backup now, and restore it to see that it can be"), "", "{}"),
        ["POST /backups/{name}:check"] = new(("重新恢复验证一份备份", "Restore a backup into an empty place again and look at it")),
        ["POST /backups/{name}:restore"] = new(("从备份恢复，服务器随后重新启动", "Put a backup in place of the data; the server starts again"), "", """{"confirm":"guanxi-20261122-023000.gxb"}"""),
        ["POST /backups:passphrase"] = new(("打开备份的口令", "The passphrase that opens the backups")),
        ["GET /me/security"] = new(("我的登录安全", "My sign-in security")),
        ["POST /me/security/authenticator"] = new(("开始绑定验证器", "Begin to set up an authenticator")),
        ["DELETE /me/security/authenticator"] = new(("解绑验证器", "Remove the authenticator")),
        ["POST /me/security/authenticator:confirm"] = new(("用验证码确认验证器", "Confirm the authenticator by a code"), "", """{"code":"123456"}"""),
        ["POST /me/security/links"] = new(("关联外部登录", "Link a provider"), "", """{"provider":"…"}"""),
        ["DELETE /me/security/links/{provider}"] = new(("取消关联", "Unlink a provider")),
        ["POST /me/security/passkeys"] = new(("添加通行密钥", "Add a passkey"), "", """{"ceremony":"…","credential":{},"name":"…"}"""),
        ["PATCH /me/security/passkeys/{id}"] = new(("给通行密钥改名", "Rename a passkey"), "", """{"name":"…"}"""),
        ["DELETE /me/security/passkeys/{id}"] = new(("删除通行密钥", "Remove a passkey")),
        ["POST /me/security/passkeys:options"] = new(("添加通行密钥的参数", "Options for adding a passkey")),
        ["POST /me/security/password"] = new(("修改自己的密码", "Change my password"), "", """{"currentPassword":"…","password":"…"}"""),
        ["POST /me/security/recovery-codes"] = new(("生成新的恢复码", "Make new recovery codes")),
        ["GET /me/security/sessions"] = new(("我在哪里登录", "Where I am signed in")),
        ["DELETE /me/security/sessions/{id}"] = new(("结束一处登录", "End a session")),
        ["POST /me/security/sessions:end-others"] = new(("结束其他登录", "End all other sessions")),
        ["GET /security-events"] = new(("安全事件", "Security events")),
        ["POST /session/openid"] = new(("去外部登录", "Leave for a provider"), "", """{"provider":"…","to":"/"}"""),
        ["GET /session/openid/callback"] = new(("从外部登录回来", "Come back from a provider")),
        ["POST /session/passkey"] = new(("用通行密钥登录", "Sign in with a passkey"), "", """{"ceremony":"…","credential":{}}"""),
        ["POST /session/passkey:options"] = new(("通行密钥登录的参数", "Options for a passkey")),
        ["GET /session/providers"] = new(("可用的外部登录", "Providers to sign in with")),
        ["POST /session/reset"] = new(("用链接设新密码", "Set a password by a link"), "", """{"key":"…","password":"…"}"""),
        ["POST /session/reset:check"] = new(("链接是谁的", "Whose link it is"), "", """{"key":"…"}"""),
        ["POST /session/second-factor"] = new(("登录的第二步", "Second step of signing in"), "", """{"code":"123456"}"""),
        ["GET /session/step-up"] = new(("是否需要再次验证", "Whether a proof is needed")),
        ["POST /session/step-up"] = new(("再次验证身份", "Prove once more who one is"), "", """{"password":"…"}"""),
        ["POST /session/step-up/passkey"] = new(("用通行密钥再次验证", "Prove by a passkey"), "", """{"ceremony":"…","credential":{}}"""),
        ["POST /session/step-up/passkey:options"] = new(("再次验证的参数", "Options for the proof")),
        ["GET /sign-in/policy"] = new(("登录规则", "Rules of signing in")),
        ["PATCH /sign-in/policy"] = new(("修改登录规则", "Change the rules of signing in"), "", """{}"""),
        ["GET /sign-in/providers"] = new(("外部登录的设置", "Providers as they are set up")),
        ["POST /sign-in/providers"] = new(("添加外部登录", "Add a provider"), "", """{"name":"…","issuer":"https://…"}"""),
        ["PATCH /sign-in/providers/{id}"] = new(("修改外部登录", "Change a provider"), "", """{"name":"…"}"""),
        ["DELETE /sign-in/providers/{id}"] = new(("删除外部登录", "Remove a provider")),
        ["POST /sign-in/providers/{id}:check"] = new(("检查外部登录", "Check a provider")),
        ["GET /users/{id}/security"] = new(("某人的登录安全", "Somebody’s sign-in security")),
        ["POST /users/{id}:reset-factors"] = new(("清除某人的第二因素", "Remove somebody’s second factors")),
        ["POST /users/{id}:sign-out"] = new(("让某人退出登录", "Sign somebody out")),
        ["GET /me"] = new(("我是谁，有什么权限", "Who I am and what I may do")),
        ["PATCH /me"] = new(("修改自己的设置", "Change my own settings"), "", """{"language":"zh-Hans","timeZone":"Asia/Shanghai"}"""),
        ["GET /notifications"] = new(("我的通知", "My notifications"), "cursor limit"),
        ["POST /notifications:read"] = new(("标为已读", "Mark as read"), "", """{"all":true}"""),
        ["GET /record-types"] = new(("有哪些记录类型", "The record types")),
        ["GET /record-types/{type}"] = new(("一种记录的字段", "One record type and its fields")),
        ["GET /record-types/{type}/fields"] = new(("字段", "Fields")),
        ["POST /record-types/{type}/fields"] = new(("新增自定义字段", "Add a custom field"), "", """{"name":"machineModel","kind":"text","labels":{"zh-Hans":"机型","en":"Model"}}"""),
        ["PATCH /record-types/{type}/fields/{name}"] = new(("修改自定义字段", "Change a custom field"), "", """{"labels":{"zh-Hans":"机型"}}"""),
        ["DELETE /record-types/{type}/fields/{name}"] = new(("停用字段，数据保留", "Retire a field; its data stay")),
        ["POST /record-types/{type}/fields/{name}:unretire"] = new(("重新启用字段", "Bring a field back")),
        ["GET /session"] = new(("是否已登录", "Whether somebody is signed in")),
        ["POST /session"] = new(("登录", "Sign in"), "", """{"userName":"zhangwei","password":"…"}"""),
        ["DELETE /session"] = new(("退出", "Sign out")),
        ["GET /settings"] = new(("公司设置", "Settings of the company")),
        ["PATCH /settings"] = new(("修改公司设置", "Change the settings"), "", """{"company":"岚峰智能装备有限公司"}"""),
        ["GET /setup"] = new(("是否需要初始设置", "Whether the first set-up is needed")),
        ["POST /setup"] = new(("建立第一位管理员", "Create the first administrator"), "", """{"key":"…","company":"…","name":"…","userName":"…","password":"…"}"""),
        ["GET /tokens"] = new(("访问令牌", "Access tokens"), "all"),
        ["POST /tokens"] = new(("新建令牌，只显示一次", "Create a token; it is shown once"), "", """{"name":"ERP"}"""),
        ["DELETE /tokens/{id}"] = new(("作废令牌", "Revoke a token")),
        ["GET /views"] = new(("保存的视图", "Saved views"), "type"),
        ["POST /views"] = new(("保存视图", "Save a view"), "", """{"type":"customers","name":"长沙的客户","scope":"personal","definition":{"filter":"city = \"长沙市\""}}"""),
        ["PATCH /views/{id}"] = new(("修改视图", "Change a view"), "", """{"name":"长沙"}"""),
        ["DELETE /views/{id}"] = new(("删除视图", "Delete a view")),
    };

    /// <summary>What is known about a call; null when it is not described.</summary>
    public static About? Find(RecordType? type, string method, string path) =>
        Known.GetValueOrDefault($"{method} {path}") ?? (type is null ? null : Known.GetValueOrDefault($"{method} /{{type}}{path[(type.Name.Length + 1)..]}"));

    /// <summary>An example of a noun's body: its writable fields that the form shows, each with a value of its kind.</summary>
    public static JsonObject Example(RecordType type)
    {
        var example = new JsonObject();
        foreach (var field in type.Shown.Where(field => field.Writable && !field.Retired && (field.Required || field.Name == type.TitleField)))
        {
            example[field.Name] = ValueOf(field);
        }

        foreach (var field in type.Shown.Where(field => field.Writable && !field.Retired && !example.ContainsKey(field.Name)).Take(4))
        {
            example[field.Name] = ValueOf(field);
        }

        return example;
    }

    private static JsonNode ValueOf(Field field) => field.Kind switch
    {
        FieldKind.Integer or FieldKind.Number => 1,
        FieldKind.Rating => 3,
        FieldKind.YesNo => true,
        FieldKind.Date => "2026-11-22",
        FieldKind.Instant => "2026-11-22T01:00:00Z",
        FieldKind.Time => "09:30",
        FieldKind.Money => new JsonObject { ["amount"] = "1234.50", ["currency"] = "CNY" },
        FieldKind.Choice => field.Choices is [var first, ..] ? first.Value : "…",
        FieldKind.Choices => new JsonArray(field.Choices is [var some, ..] ? some.Value : "…"),
        FieldKind.Tags => new JsonArray("展会"),
        FieldKind.Email => "name@example.com",
        FieldKind.Phone => "+8613800138000",
        FieldKind.Link => "https://example.com",
        FieldKind.Reference => "ID",
        FieldKind.Birthday => "1990-05-12",
        FieldKind.ContactPoints => new JsonArray(new JsonObject { ["label"] = "微信", ["value"] = "abc" }),
        FieldKind.Json or FieldKind.Address => new JsonObject(),
        _ => "…",
    };
}
