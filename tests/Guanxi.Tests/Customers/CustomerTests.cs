using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers;

public sealed class CustomerTests
{
    [Theory, BothDatabases]
    public async Task A_wrong_credit_code_is_a_warning_that_can_be_overridden(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var refusal = await Refused.ByAsync(() => company.CustomerAsync(company.ZhangWei, "甲", new { creditCode = "91350100M000100Y44" }));
        Assert.Equal((409, "credit-code"), (refusal.Status, refusal.Rule));
        var kept = await company.CreateAsync(company.ZhangWei, "customers", new { name = "甲", creditCode = "91350100M000100Y44" }, "credit-code");
        Assert.Equal("91350100M000100Y44", kept.Text("creditCode"));
        await company.CustomerAsync(company.ZhangWei, "乙", new { creditCode = "9135 0100 M000 100Y43" });
    }

    [Theory, BothDatabases]
    public async Task A_division_code_fills_in_the_places(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "甲", new { divisionCode = "430104" });
        Assert.Equal(("湖南省", "长沙市", "岳麓区"), (customer.Text("province"), customer.Text("city"), customer.Text("district")));
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, customer, new { divisionCode = "999999" }))).Status);
    }

    [Theory, BothDatabases]
    public async Task A_lunar_birthday_knows_its_next_day(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "李雷", new { kind = "person", birthday = "lunar:1990-08-15" });
        Assert.Equal(new DateOnly(2027, 9, 15), customer["nextBirthday"]);
    }

    [Theory, BothDatabases]
    public async Task No_company_stands_above_itself(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var above = await company.CustomerAsync(company.ZhangWei, "集团");
        var below = await company.CustomerAsync(company.ZhangWei, "子公司", new { parent = above.Id });
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, above, new { parent = below.Id }))).Status);
    }
}
