using Guanxi.Customers.Privacy;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Leads;

/// <summary>A form for strangers, on a page of its own or inside somebody's web site: what it asks, what it says, and what its leads are given.</summary>
public sealed class LeadForm(RecordType type) : Record(type)
{
    private static readonly string[] Askable = ["company", "contactName", "title", "phone", "email", "wechat", "website", "industry", "province", "city", "street", "productLine", "need"];
    private static readonly string[] Reach = ["phone", "email", "wechat"];

    private static IReadOnlyList<Choice> FieldChoices { get; } = [.. Askable.Select(name => new Choice(name, Lead.Description[name].Label))];

    public static RecordType Description { get; } = new("lead-forms", "lead-form",
    [
        new("name", FieldKind.Text, ("表单名称", "Name")) { Required = true, MaxLength = 60 },
        new("key", FieldKind.Text, ("网址标识", "Key in the address")) { ReadOnly = true, Help = ("公开网址是 /forms/标识", "The public page is /forms/key") },
        new("active", FieldKind.YesNo, ("启用", "In use")) { Required = true, Filled = true },
        new("language", FieldKind.Choice, ("语言", "Language")) { Required = true, Filled = true, Section = "page", Choices = [new("zh-Hans", ("简体中文", "Simplified Chinese")), new("zh-Hant", ("繁体中文", "Traditional Chinese")), new("en", ("英文", "English"))] },
        new("heading", FieldKind.Text, ("标题", "Heading")) { MaxLength = 120, Section = "page" },
        new("intro", FieldKind.LongText, ("说明", "Introduction")) { MaxLength = 2000, Section = "page" },
        new("fields", FieldKind.Choices, ("填写项", "What is asked")) { Required = true, Section = "page", Choices = FieldChoices, Help = ("按选择的次序显示", "In the order in which they are chosen") },
        new("requiredFields", FieldKind.Choices, ("必填项", "What must be given")) { Section = "page", Choices = FieldChoices },
        new("customFields", FieldKind.Tags, ("自定义填写项", "Own fields asked")) { Section = "page", Help = ("线索自定义字段的标识", "Names of own fields of leads") },
        new("button", FieldKind.Text, ("按钮文字", "Words on the button")) { MaxLength = 30, Section = "page" },
        new("thanks", FieldKind.LongText, ("提交后的致谢", "Thanks")) { MaxLength = 1000, Section = "page" },
        new("consentText", FieldKind.LongText, ("告知与同意文本", "Consent text")) { MaxLength = 5000, Section = "consent", Help = ("每次改动都是新的版本，旧文本保留", "Every change is a new version; the old one is kept") },
        new("consentPurpose", FieldKind.Choice, ("同意的目的", "Consent to")) { Section = "consent", Choices = Consent.Description["purpose"].Choices },
        new("consentRequired", FieldKind.YesNo, ("不同意不能提交", "Needed to send")) { Section = "consent" },
        new("consentEdition", FieldKind.Integer, ("文本版次", "Edition of the text")) { ReadOnly = true, Section = "consent" },
        new("source", FieldKind.Choice, ("线索来源", "Source of its leads")) { Required = true, Filled = true, Section = "lead", Choices = Lead.Sources },
        new("campaign", FieldKind.Text, ("活动", "Campaign")) { MaxLength = 120, Section = "lead", Help = ("不填则取网址里的 utm_campaign", "Empty: utm_campaign of the address") },
        new("productLine", FieldKind.Text, ("产品线", "Product line")) { MaxLength = 60, Section = "lead" },
        new("cost", FieldKind.Money, ("每条成本", "Cost of each")) { Section = "lead" },
        new("tags", FieldKind.Tags, ("标签", "Tags")) { Section = "lead" },
        new("givenTo", FieldKind.Reference, ("固定负责人", "Always given to")) { Reference = "users", Section = "lead", Help = ("不填则按分配规则", "Empty: by the rules") },
        new("origins", FieldKind.Tags, ("可嵌入的网站", "Sites that may embed it")) { Section = "page", Help = ("如 https://www.example.com", "Such as https://www.example.com") },
    ])
    {
        Table = "lead_form",
        Label = ("线索表单", "Lead forms"),
        SingularLabel = ("线索表单", "Lead form"),
        Icon = "view",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageLeads,
        Sections = [new("basic", ("基本信息", "Basics")), new("page", ("页面", "Page")), new("consent", ("告知与同意", "Consent")), new("lead", ("得到的线索", "Its leads"))],
        ListColumns = ["name", "active", "key", "source", "campaign", "givenTo", "updatedAt"],
        DefaultSort = "name",
        HasSearch = false,
        Importable = false,
        Create = type => new LeadForm(type),
    };

    public IReadOnlyList<string> Asked => [.. this["fields"] as string[] ?? [], .. this["customFields"] as string[] ?? []];

    public IReadOnlyList<string> Required => this["requiredFields"] as string[] ?? [];

    public IReadOnlyList<string> Origins => this["origins"] as string[] ?? [];

    public override ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] ??= true;
        this["language"] ??= "zh-Hans";
        this["source"] ??= "webForm";
        this["consentRequired"] ??= false;
        this["key"] ??= Convert.ToHexStringLower(Guid.CreateVersion7(context.Now).ToByteArray(bigEndian: true).AsSpan(8));
        if (this["fields"] is string[] fields)
        {
            if (!fields.Intersect(Reach).Any())
            {
                throw new RefusedException(Refusal.Invalid("fields", ("至少要问电话、邮箱或微信之一，否则无法回复", "Ask for a phone, an e-mail or WeChat, or nobody can be answered")));
            }

            this["requiredFields"] = Required.Where(fields.Contains).ToArray() is { Length: > 0 } kept ? kept : null;
        }

        foreach (var name in this["customFields"] as string[] ?? [])
        {
            if (context.Schema["leads"].Find(name) is not { Custom: true, Retired: false, IsComputed: false } field || field.Kind is FieldKind.Reference or FieldKind.Money or FieldKind.Json)
            {
                throw new RefusedException(Refusal.Invalid("customFields", new Label($"线索没有可在表单里填写的自定义字段“{name}”", $"Leads have no own field “{name}” that a form can ask")));
            }
        }

        this["origins"] = Origins.Select(Origin).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } origins ? origins : null;
        if ((Text("consentText") is null) != (Text("consentPurpose") is null))
        {
            throw new RefusedException(Refusal.Invalid(Text("consentText") is null ? "consentText" : "consentPurpose", ("同意需要文本和目的", "A consent needs its text and its purpose")));
        }

        if (Changed("consentText"))
        {
            this["consentEdition"] = (long)(this["consentEdition"] ?? 0L) + (Text("consentText") is null ? 0 : 1);
        }

        this["consentEdition"] ??= 0L;
        return ValueTask.CompletedTask;
    }

    /// <summary>Scheme, host and port alone, as a browser says it.</summary>
    private static string Origin(string text) => Uri.TryCreate(text.Trim(), UriKind.Absolute, out var site) && site.Scheme is "https" or "http" && site.UserInfo.Length == 0 && site.PathAndQuery == "/" && site.Fragment.Length == 0
        // As a browser says it: a name in Chinese goes over the wire in ASCII, and a header holds nothing else.
        ? $"{site.Scheme}://{(site.HostNameType == UriHostNameType.IPv6 ? site.Host : site.IdnHost)}{(site.IsDefaultPort ? "" : $":{site.Port}")}"
        : throw new RefusedException(Refusal.Invalid("origins", new Label($"“{text}”不是网站地址：请写成 https://www.example.com", $"“{text}” is no site: write https://www.example.com")));

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (Changed("consentText") && Text("consentText") is { } text)
        {
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO lead_form_consent (form_id, edition, text, at) VALUES ({Id}, {(long)this["consentEdition"]!}, {text}, {context.Now}) ON CONFLICT (form_id, edition) DO NOTHING"));
        }
    }

    /// <summary>The form behind an address, if it is in use; null otherwise.</summary>
    public static async Task<LeadForm?> FindAsync(DatabaseSession session, Schema schema, string key, CancellationToken cancel = default) => key.Length is 0 or > 40
        ? null
        : (LeadForm?)(await Platform.Search.SearchIndex.ReadAsync(session, schema["lead-forms"], new Sql().Append("t.deleted_at IS NULL AND t.active = 1 AND t.key = ").Value(key), cancel)).FirstOrDefault();
}
