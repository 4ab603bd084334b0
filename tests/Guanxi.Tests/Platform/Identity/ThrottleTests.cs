using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Identity;

public sealed class ThrottleTests
{
    private const string Password = "正确的-Password-1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<SignIn> ZhangWeiSignsInAsync(Company company)
    {
        var signIn = new SignIn(company.Workspace, cost: Company.CheapPasswords);
        await company.Workspace.WriteAsync(company.Program, context => signIn.SetPasswordAsync(context, company.ZhangWei.Id, Password), cancel: Cancel);
        return signIn;
    }

    private static async Task<int> TryAsync(SignIn signIn, string userName, string password, Place place)
    {
        try
        {
            await signIn.CheckAsync(userName, password, place, Cancel);
            return 200;
        }
        catch (RefusedException refused)
        {
            return refused.Refusal.Status;
        }
    }

    [Theory, BothDatabases]
    public async Task A_thousand_addresses_guess_no_faster_than_one(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await ZhangWeiSignsInAsync(company);
        var answers = new List<int>();
        for (var i = 0; i < 14; i++)
        {
            answers.Add(await TryAsync(signIn, "zhangwei", "wrong-guess", new Place($"198.51.100.{i}")));
        }

        Assert.Equal(10, answers.Count(status => status == 401));
        Assert.Equal(4, answers.Count(status => status == 429));
    }

    [Theory, BothDatabases]
    public async Task Guesses_sent_all_at_once_are_counted_before_they_are_tested(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await ZhangWeiSignsInAsync(company);
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => TryAsync(signIn, "zhangwei", "wrong-guess", new Place("198.51.100.1"))));
        Assert.Equal(10, answers.Count(status => status == 401));
        Assert.Equal(14, answers.Count(status => status == 429));
    }

    [Theory, BothDatabases]
    public async Task A_stranger_cannot_lock_the_owner_out_of_his_own_browser_or_office(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await ZhangWeiSignsInAsync(company);
        var office = new Place("203.0.113.7", "Firefox", "d_office");
        await signIn.OpenSessionAsync(company.ZhangWei.Person, office, "password", null, Stage.Full, Cancel);
        for (var i = 0; i < 40; i++)
        {
            await TryAsync(signIn, "zhangwei", "wrong-guess", new Place($"198.51.100.{i % 5}"));
        }

        Assert.Equal(429, await TryAsync(signIn, "zhangwei", Password, new Place("192.0.2.1")));
        Assert.Equal(200, await TryAsync(signIn, "zhangwei", Password, office with { Address = "192.0.2.2" }));
        Assert.Equal(200, await TryAsync(signIn, "zhangwei", Password, new Place("203.0.113.7", "another browser")));
    }

    [Theory, BothDatabases]
    public async Task A_stolen_browser_cookie_is_no_licence_to_guess(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await ZhangWeiSignsInAsync(company);
        var office = new Place("203.0.113.7", "Firefox", "d_office");
        await signIn.OpenSessionAsync(company.ZhangWei.Person, office, "password", null, Stage.Full, Cancel);
        var answers = new List<int>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add(await TryAsync(signIn, "zhangwei", "wrong-guess", office with { Address = $"198.51.100.{i}" }));
        }

        Assert.Equal([429, 429], answers[10..]);
    }

    [Theory, BothDatabases]
    public async Task An_address_that_tries_many_names_is_slowed_too(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await ZhangWeiSignsInAsync(company);
        var answers = new List<int>();
        for (var i = 0; i < 24; i++)
        {
            answers.Add(await TryAsync(signIn, $"name{i}", "Spring-2026-spray", new Place("2001:db8::" + i)));
        }

        Assert.Equal(20, answers.Count(status => status == 401));
        Assert.Equal(429, answers[^1]);
    }

    [Theory, BothDatabases]
    public async Task Waiting_as_long_as_was_said_is_enough_and_trying_on_does_not_make_it_longer(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await ZhangWeiSignsInAsync(company);
        var place = new Place("198.51.100.1");
        for (var i = 0; i < 30; i++)
        {
            await TryAsync(signIn, "zhangwei", "wrong-guess", place);
        }

        var refused = await Assert.ThrowsAsync<RefusedException>(() => signIn.CheckAsync("zhangwei", Password, place, Cancel));
        Assert.InRange(refused.Refusal.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        company.Time.Pass(refused.Refusal.RetryAfter!.Value);
        Assert.Equal(200, await TryAsync(signIn, "zhangwei", Password, place));
    }

    [Theory, BothDatabases]
    public async Task The_right_password_costs_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await ZhangWeiSignsInAsync(company);
        for (var i = 0; i < 25; i++)
        {
            Assert.Equal(200, await TryAsync(signIn, "zhangwei", Password, new Place("198.51.100.1")));
        }
    }
}
