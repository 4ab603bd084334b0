using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers.Privacy;

public sealed class ConsentTests
{
    [Theory, BothDatabases]
    public async Task A_consent_says_what_for_since_when_and_until_when(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contact = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = customer.Id });
        var consent = await company.CreateAsync(company.ZhangWei, "consents", new { contact = contact.Id, purpose = "marketingEmail", source = "paper", textVersion = "2026-01" });
        Assert.Equal(customer.Id, consent.Reference("customer"));
        Assert.Equal(company.Time.GetUtcNow(), consent.Instant("givenAt"));
        company.Time.Pass(TimeSpan.FromDays(3));
        await company.ChangeAsync(company.ZhangWei, consent, new { withdrawnAt = company.Time.GetUtcNow() });
        Assert.Equal(["marketingEmail"], await company.NamesAsync(company.ZhangWei, "consents", "withdrawnAt != null"));
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "consents"));
    }

    [Theory, BothDatabases]
    public async Task A_withdrawal_is_never_taken_back_a_new_consent_is_given_instead(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var consent = await company.CreateAsync(company.ZhangWei, "consents", new { customer = customer.Id, purpose = "sharing", source = "paper" });
        company.Time.Pass(TimeSpan.FromDays(1));
        await company.ChangeAsync(company.ZhangWei, consent, new { withdrawnAt = company.Time.GetUtcNow() });
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, consent, new { withdrawnAt = (string?)null }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChangeAsync(company.WangFang, consent, new { withdrawnAt = company.Time.GetUtcNow().AddHours(-1) }))).Status);
        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            var last = (await Guanxi.Platform.Records.RecordHistory.ReadAsync(session, consent.Id, null, 1)).Single().Sequence;
            Assert.Equal(422, (await Refused.ByAsync(() => Guanxi.Platform.Records.RecordHistory.RestoreAsync(company.Workspace, company.WangFang, consent.Type, consent.Id, last, ["withdrawnAt"]))).Status);
        }

        await company.CreateAsync(company.ZhangWei, "consents", new { customer = customer.Id, purpose = "sharing", source = "email" });
        Assert.Single(await company.NamesAsync(company.ZhangWei, "consents", "withdrawnAt = null"));
    }

    [Theory, BothDatabases]
    public async Task A_consent_for_nobody_from_tomorrow_or_for_another_purpose_is_refused(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        async Task<int> Status(object values) => (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "consents", values))).Status;
        Assert.Equal(422, await Status(new { purpose = "service", source = "paper" }));
        Assert.Equal(422, await Status(new { customer = customer.Id, source = "paper" }));
        Assert.Equal(422, await Status(new { customer = customer.Id, purpose = "service", source = "paper", givenAt = "2027-01-01T00:00:00Z" }));
        Assert.Equal(422, await Status(new { customer = customer.Id, purpose = "service", source = "paper", givenAt = "2026-01-02T00:00:00Z", withdrawnAt = "2026-01-01T00:00:00Z" }));
        var consent = await company.CreateAsync(company.ZhangWei, "consents", new { customer = customer.Id, purpose = "service", source = "contract" });
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, consent, new { purpose = "sharing" }))).Status);
    }

    [Theory, BothDatabases]
    public async Task A_consent_follows_its_customer_to_a_new_owner_and_into_the_recycle_bin(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.CreateAsync(company.ZhangWei, "consents", new { customer = customer.Id, purpose = "service", source = "contract" });
        await company.ChangeAsync(company.WangFang, customer, new { owner = company.ZhaoMin.Id });
        Assert.Empty(await company.NamesAsync(company.ZhangWei, "consents"));
        Assert.Equal(["service"], await company.NamesAsync(company.ZhaoMin, "consents"));
        Assert.True((await company.VerifyAsync()).Whole);

        await RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, customer.Type, customer.Id, cancel: TestContext.Current.CancellationToken);
        Assert.Empty(await company.NamesAsync(company.WangFang, "consents"));
        await RecordUseCases.RestoreAsync(company.Workspace, company.WangFang, customer.Type, customer.Id, TestContext.Current.CancellationToken);
        Assert.Equal(["service"], await company.NamesAsync(company.ZhaoMin, "consents"));
    }
}
