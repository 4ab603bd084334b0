using Guanxi.Database;
using Guanxi.Platform.Language;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;
using MatchKind = Guanxi.Science.Matching.FieldKind;

namespace Guanxi.Customers.Contacts;

/// <summary>A person at a customer. Follows the customer's rights.</summary>
public sealed class Contact(RecordType type) : Record(type)
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>People at customers are told apart by name and reach; the same customer says much beside a name.</summary>
    private static IReadOnlyList<MatchProfile> Profiles { get; } =
    [
        new("contact", [], _ => true,
        [
            MatchSource.Of(MatchKind.Person, "name"),
            MatchSource.Of(MatchKind.Phone, "phone", "otherPhones"),
            MatchSource.Of(MatchKind.Email, "email", "otherEmails"),
            MatchSource.Of(MatchKind.Identifier, "customer") with { BlocksAs = MatchKind.City },
            new(MatchKind.Date, "birthday", ["birthday"], record => [Customers.Matches.BirthdayOf(record)]),
            MatchSource.Of(MatchKind.Identifier, "wechat"),
        ]),
    ];

    public static RecordType Description { get; } = new("contacts", "contact",
    [
        new("name", FieldKind.Text, ("姓名", "Name")) { Required = true, Search = SearchAs.PersonName, SortColumn = "name_key" },
        new("nameKey", FieldKind.Text, ("姓名拼音", "Name key")) { Internal = true, ReadOnly = true },
        new("customer", FieldKind.Reference, ("所属客户", "Customer")) { Reference = "customers", WhenMerged = WhenMerged.Move },
        new("title", FieldKind.Text, ("职务", "Title")) { MaxLength = 60, ValidFor = 2 * Year },
        new("department", FieldKind.Text, ("部门", "Department")) { MaxLength = 60 },
        new("decisionRole", FieldKind.Choice, ("决策角色", "Decision role"))
        {
            Choices = [new("decider", ("决策人", "Decider"), "amber"), new("influencer", ("影响者", "Influencer"), "blue"), new("buyer", ("采购", "Buyer")), new("user", ("使用者", "User")), new("champion", ("支持者", "Champion"), "green"), new("blocker", ("反对者", "Blocker"), "red")],
        },
        new("isPrimary", FieldKind.YesNo, ("首要联系人", "Primary contact")),
        new("phone", FieldKind.Phone, ("手机", "Phone")) { Search = SearchAs.Phone, Sensitive = true, Section = "contact", ValidFor = 2 * Year, KeptIn = "otherPhones" },
        new("otherPhones", FieldKind.ContactPoints, ("其他电话", "Other phones")) { Search = SearchAs.Phone, Sensitive = true, Section = "contact" },
        new("email", FieldKind.Email, ("邮箱", "E-mail")) { Search = SearchAs.Email, Sensitive = true, Section = "contact", ValidFor = Year, KeptIn = "otherEmails" },
        new("otherEmails", FieldKind.ContactPoints, ("其他邮箱", "Other e-mails")) { Sensitive = true, Section = "contact" },
        new("wechat", FieldKind.Text, ("微信", "WeChat")) { MaxLength = 60, Sensitive = true, Section = "contact" },
        new("qq", FieldKind.Text, ("QQ", "QQ")) { MaxLength = 20, Sensitive = true, Section = "contact" },
        new("social", FieldKind.ContactPoints, ("社交账号", "Social accounts")) { Sensitive = true, Section = "contact" },
        new("gender", FieldKind.Choice, ("性别", "Gender")) { Section = "person", Choices = [new("male", ("男", "Male")), new("female", ("女", "Female")), new("other", ("其他", "Other"))] },
        new("birthday", FieldKind.Birthday, ("生日", "Birthday")) { Sensitive = true, Section = "person" },
        new("nextBirthday", FieldKind.Date, ("下次生日", "Next birthday")) { ReadOnly = true, Silent = true, DerivedFrom = ["birthday"], Section = "person" },
        new("maritalStatus", FieldKind.Choice, ("婚姻状况", "Marital status")) { Sensitive = true, Section = "person", Choices = [new("single", ("未婚", "Single")), new("married", ("已婚", "Married")), new("divorced", ("离异", "Divorced")), new("widowed", ("丧偶", "Widowed"))] },
        new("interests", FieldKind.Tags, ("兴趣爱好", "Interests")) { Section = "person" },
        new("reportsTo", FieldKind.Reference, ("上级", "Reports to")) { Reference = "contacts", WhenMerged = WhenMerged.Move },
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100, Section = "contact" },
        new("tags", FieldKind.Tags, ("标签", "Tags")) { Search = SearchAs.Words },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
        new("lastActivityAt", FieldKind.Instant, ("最近跟进", "Last contact")) { ReadOnly = true },
        new("quality", FieldKind.Integer, ("数据质量", "Data quality")) { ReadOnly = true, Silent = true, Help = ("0 到 100，越高越完整可信", "0 to 100: how complete and believable it is") },
    ])
    {
        Table = "contact",
        Label = ("联系人", "Contacts"),
        SingularLabel = ("联系人", "Contact"),
        Icon = "contact",
        SubtitleField = "title",
        Access = AccessKind.Child,
        ParentField = "customer",
        Sections = [new("basic", ("基本信息", "Basics")), new("contact", ("联系方式", "Reach")), new("person", ("个人信息", "Person"))],
        ListColumns = ["name", "customer", "title", "decisionRole", "phone", "email", "owner", "lastActivityAt"],
        DefaultSort = "-lastActivityAt",
        Keys = ["id", "externalId", "phone", "email", "name"],
        HasTimeline = true,
        Derived = [new("accessOwner", ChildAccess.WrongWhen), new("lastActivityAt", $"t.last_activity_at IS DISTINCT FROM {Activities.ContactClock.LastSql("contact_id")}"), new("quality", "t.quality IS DISTINCT FROM (SELECT q.score FROM quality_record q WHERE q.noun = 2 AND q.record = t.seq)")],
        IsPerson = _ => true,
        Matching = Profiles,
        Create = type => new Contact(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Changed("name"))
        {
            this["nameKey"] = Text("name") is { Length: > 0 } name ? Pinyin.SortKey(name, personName: true) : null;
        }

        if (Changed("birthday"))
        {
            this["nextBirthday"] = Birthdays.Next(Text("birthday"), context);
        }

        if (IsNew || Changed("customer") || Changed("owner"))
        {
            await ChildAccess.FollowAsync(this, context);
        }

        if (Changed("reportsTo") && Reference("reportsTo") == Id)
        {
            throw new RefusedException(Refusal.Invalid("reportsTo", ("上级不能是自己", "Nobody reports to himself")));
        }
    }

    /// <summary>A customer has one primary contact: making another so takes it from the last.</summary>
    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (Changed("isPrimary") && this["isPrimary"] is true && Reference("customer") is { } customer)
        {
            await context.SweepAsync(Type, "isPrimary", false, Sql.Of($"customer_id = {customer} AND is_primary = 1 AND id <> {Id}"), "update");
        }
    }

    /// <summary>Relations follow the customer of the contact they moved to; one customer keeps one primary contact.</summary>
    public override ValueTask<Func<ValueTask>?> MovingAsync(SaveContext context) => ValueTask.FromResult<Func<ValueTask>?>(async () =>
    {
        await Sources.SourceMoves.FollowAsync(context, Id);
        var last = new SqlName(Activities.ContactClock.LastSql("contact_id"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE contact AS t SET last_activity_at = {last} WHERE t.id = {Id}"));
        var customer = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM contact WHERE id = {Id}"), row => row.OptionalId(0));
        await context.SweepAsync(context.Schema["relations"], "customer", customer, Sql.Of($"contact_id = {Id}"), context.Batch is null ? Platform.Merging.MergeMoves.UndoAction : Platform.Merging.MergeMoves.Action);
        await context.Session.ExecuteAsync(new Sql().Append("UPDATE relation AS t SET access_owner_id = CASE WHEN t.customer_id IS NULL THEN t.owner_id ELSE (SELECT c.owner_id FROM customer c WHERE c.id = t.customer_id) END WHERE t.contact_id = ").Value(Id));
    });

    public override ValueTask<bool> AccountsForAsync(DatabaseSession session, Field field, object? recorded, DateTimeOffset now) =>
        ValueTask.FromResult(field.Name == "nextBirthday" && Birthdays.Follows(Text("birthday"), (DateOnly?)this[field], now));

    /// <summary>What other systems said of a person goes with the person.</summary>
    public override async ValueTask RemovedAsync(SaveContext context) => await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM source_value WHERE record_id = {Id}"));
}
