using Guanxi.Platform.Fields;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Fields;

public sealed class CustomFieldTests
{
    private static Task AddAsync(Company company, string name, string kind, object? more = null)
    {
        var definition = new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = name, ["kind"] = kind, ["labels"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["zh-Hans"] = name } };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            definition[property.Name] = property.GetValue(more);
        }

        return CustomFields.AddAsync(company.Workspace, company.WangFang, company.Workspace.Schema["customers"], Company.Json(definition), TestContext.Current.CancellationToken);
    }

    [Theory, BothDatabases]
    public async Task A_field_of_every_kind_is_kept_filtered_and_sorted(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var other = await company.CustomerAsync(company.WangFang, "总公司");
        var choices = new { choices = new[] { new { value = "x1" }, new { value = "x2" } } };
        var kinds = new (string Name, string Kind, object? More, object Value, string Filter)[]
        {
            ("aText", "text", null, "机型甲", "aText = \"机型甲\""),
            ("aLongText", "longText", null, "第一行\n第二行", "aLongText:\"第二行\""),
            ("aNumber", "number", null, 12.5, "aNumber > 12 AND aNumber <= 12.5"),
            ("anInteger", "integer", null, 7, "anInteger = 7"),
            ("aMoney", "money", null, new { amount = "99.90", currency = "USD" }, "aMoney >= 99.9"),
            ("aDate", "date", null, "2026-11-20", "aDate < today AND aDate > 2026-11-19"),
            ("anInstant", "instant", null, "2026-11-20T08:00:00Z", "anInstant = 2026-11-20"),
            ("aTime", "time", null, "09:30", "aTime = \"09:30\""),
            ("aYes", "yesNo", null, true, "aYes = true"),
            ("aChoice", "choice", choices, "x2", "aChoice = x2"),
            ("someChoices", "choices", choices, new[] { "x1", "x2" }, "someChoices:x1"),
            ("someTags", "tags", null, new[] { "红", "绿" }, "someTags:\"绿\""),
            ("anEmail", "email", null, "a@example.com", "anEmail = \"a@example.com\""),
            ("aPhone", "phone", null, "13800138000", "aPhone = \"138 0013 8000\""),
            ("aLink", "link", null, "https://example.com/", "aLink:\"example\""),
            ("anAddress", "address", null, new { city = "长沙市", street = "麓山路" }, "anAddress:\"麓山路\""),
            ("aReference", "reference", new { reference = "customers" }, other.Id, $"aReference = \"{other.Id}\" AND aReference.name = \"总公司\""),
            ("aRating", "rating", null, 4, "aRating >= 4"),
            ("aBirthday", "birthday", null, "lunar:1990-08-15", "aBirthday = \"lunar:1990-08-15\""),
        };
        foreach (var (name, kind, more, _, _) in kinds)
        {
            await AddAsync(company, name, kind, more);
        }

        await AddAsync(company, "aFormula", "formula", new { formula = "round(aNumber * 2 + anInteger, 1)" });
        await company.CustomerAsync(company.WangFang, "有值", kinds.ToDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal));
        foreach (var (name, _, _, _, filter) in kinds)
        {
            Assert.True(await company.NamesAsync(company.WangFang, "customers", filter) is ["有值"], name);
        }

        Assert.Equal(["有值"], await company.NamesAsync(company.WangFang, "customers", "aFormula = 32"));
        foreach (var name in kinds.Select(item => item.Name).Append("aFormula").Where(name => company.Workspace.Schema["customers"][name].Sortable))
        {
            Assert.True((await company.NamesAsync(company.WangFang, "customers", sort: name))[0] == "有值", name);
        }

        var item = (await company.ListAsync(company.WangFang, "customers", "aYes = true")).GetProperty("items")[0];
        Assert.Equal("99.90", item.GetProperty("aMoney").GetProperty("amount").GetString());
        Assert.Equal(32, item.GetProperty("aFormula").GetDecimal());
        Assert.Equal("2026-11-20T08:00:00.000Z", item.GetProperty("anInstant").GetString());
        Assert.Equal("长沙市", item.GetProperty("anAddress").GetProperty("city").GetString());
    }

    [Theory, BothDatabases]
    public async Task Retiring_a_field_loses_no_value(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await AddAsync(company, "model", "text");
        var customer = await company.CustomerAsync(company.WangFang, "甲", new { model = "K9" });
        var type = company.Workspace.Schema["customers"];
        await CustomFields.RetireAsync(company.Workspace, company.WangFang, type, "model", retire: true, TestContext.Current.CancellationToken);
        Assert.Equal(422, (await Refused.ByAsync(() => company.ListAsync(company.WangFang, "customers", "model = \"K9\""))).Status);
        await company.ChangeAsync(company.WangFang, customer, new { city = "长沙" });
        await CustomFields.RetireAsync(company.Workspace, company.WangFang, company.Workspace.Schema["customers"], "model", retire: false, TestContext.Current.CancellationToken);
        Assert.Equal(["甲"], await company.NamesAsync(company.WangFang, "customers", "model = \"K9\""));
    }

    [Theory, BothDatabases]
    public async Task A_choice_in_use_is_retired_and_not_removed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await AddAsync(company, "model", "choice", new { choices = new[] { new { value = "A" }, new { value = "B" } } });
        var type = company.Workspace.Schema["customers"];
        var refusal = await Refused.ByAsync(() => CustomFields.ChangeAsync(company.Workspace, company.WangFang, type, "model", Company.Json(new { choices = new[] { new { value = "A" } } })));
        Assert.Contains("B", refusal.Errors!["choices"][0].En, StringComparison.Ordinal);
        await CustomFields.ChangeAsync(company.Workspace, company.WangFang, type, "model", Company.Json(new { labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["zh-Hans"] = "机型" }, choices = new object[] { new { value = "B", retired = true }, new { value = "A" } } }), TestContext.Current.CancellationToken);
        Assert.Equal("机型", company.Workspace.Schema["customers"]["model"].Label.ZhHans);
        Assert.Equal(422, (await Refused.ByAsync(() => company.CustomerAsync(company.WangFang, "乙", new { model = "B" }))).Status);
    }

    [Theory, BothDatabases]
    public async Task Only_who_manages_fields_adds_them_and_nonsense_is_refused(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var type = company.Workspace.Schema["customers"];
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = "x" };
        Assert.Equal(403, (await Refused.ByAsync(() => CustomFields.AddAsync(company.Workspace, company.LiQiang, type, Company.Json(new { name = "x", kind = "text", labels })))).Status);
        foreach (var (definition, field) in new (object, string)[]
        {
            (new { name = "name", kind = "text", labels }, "name"),
            (new { name = "9x", kind = "text", labels }, "name"),
            (new { name = "x", kind = "blob", labels }, "kind"),
            (new { name = "x", kind = "choice", labels }, "choices"),
            (new { name = "x", kind = "reference", labels, reference = "moons" }, "reference"),
            (new { name = "x", kind = "formula", labels, formula = "employees +" }, "formula"),
            (new { name = "x", kind = "formula", labels, formula = "emploiees * 2" }, "formula"),
            (new { name = "x", kind = "formula", labels, formula = "x + 1" }, "formula"),
            (new { name = "x", kind = "text" }, "labels"),
        })
        {
            Assert.Contains(field, (await Refused.ByAsync(() => CustomFields.AddAsync(company.Workspace, company.WangFang, type, Company.Json(definition)))).Errors!.Keys);
        }
    }

    [Theory, BothDatabases]
    public async Task A_formula_divides_by_zero_into_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await AddAsync(company, "perHead", "formula", new { formula = "annualRevenue / employees" });
        await AddAsync(company, "size2", "formula", new { formula = "if(employees > 100, concat(\"大 \", name), \"小\")" });
        await company.CustomerAsync(company.WangFang, "零人", new { employees = 0, annualRevenue = new { amount = "10", currency = "CNY" } });
        await company.CustomerAsync(company.WangFang, "百人", new { employees = 200, annualRevenue = new { amount = "1000", currency = "CNY" } });
        Assert.Equal(["百人"], await company.NamesAsync(company.WangFang, "customers", "perHead = 5"));
        Assert.Equal(["零人"], await company.NamesAsync(company.WangFang, "customers", "perHead = null"));
        Assert.Equal(["百人"], await company.NamesAsync(company.WangFang, "customers", "size2 = \"大 百人\""));
    }
}
