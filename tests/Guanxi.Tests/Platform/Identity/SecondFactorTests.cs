using Guanxi.Database;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Identity;

public sealed class SecondFactorTests
{
    private static readonly Place Office = new("203.0.113.7");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string CodeOf(Company company, string secret, int steps = 0) => Totp.Code(Totp.FromBase32(secret), Totp.StepAt(company.Time.GetUtcNow()) + steps);

    private static async Task<(SignIn SignIn, string Secret, IReadOnlyList<string> Recovery)> EnrolledAsync(Company company)
    {
        var signIn = new SignIn(company.Workspace, cost: Company.CheapPasswords);
        var (secret, _) = await signIn.BeginAuthenticatorAsync(company.ZhangWei.Person, Cancel);
        var recovery = await signIn.ConfirmAuthenticatorAsync(company.ZhangWei.Person, CodeOf(company, secret), Office, Cancel);
        company.Time.Pass(TimeSpan.FromMinutes(5));
        return (signIn, secret, recovery);
    }

    [Theory, BothDatabases]
    public async Task A_code_works_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (signIn, secret, _) = await EnrolledAsync(company);
        var code = CodeOf(company, secret);
        Assert.Equal("totp", await signIn.CheckCodeAsync(company.ZhangWei.Person, code, Office, Cancel));
        Assert.Equal(401, (await Refused.ByAsync(() => signIn.CheckCodeAsync(company.ZhangWei.Person, code, Office, Cancel))).Status);
        Assert.Equal(401, (await Refused.ByAsync(() => signIn.CheckCodeAsync(company.ZhangWei.Person, CodeOf(company, secret, -1), Office, Cancel))).Status);
    }

    [Theory, BothDatabases]
    public async Task Of_two_who_show_the_same_code_at_once_one_is_let_in(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (signIn, secret, _) = await EnrolledAsync(company);
        var code = CodeOf(company, secret);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            try
            {
                return await signIn.CheckCodeAsync(company.ZhangWei.Person, code, Office, Cancel);
            }
            catch (RefusedException)
            {
                return null;
            }
        }));
        Assert.Single(answers, answer => answer is not null);
    }

    [Theory, BothDatabases]
    public async Task A_recovery_code_works_once_however_it_is_typed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (signIn, _, recovery) = await EnrolledAsync(company);
        Assert.Equal(10, recovery.Distinct().Count());
        Assert.Equal("recovery", await signIn.CheckCodeAsync(company.ZhangWei.Person, recovery[0].ToUpperInvariant().Replace('-', ' '), Office, Cancel));
        Assert.Equal(401, (await Refused.ByAsync(() => signIn.CheckCodeAsync(company.ZhangWei.Person, recovery[0], Office, Cancel))).Status);
        Assert.Equal(9, (await signIn.FactorsAsync(company.ZhangWei.Id, Cancel)).RecoveryCodes);
    }

    [Theory, BothDatabases]
    public async Task Ten_wrong_codes_and_one_must_wait_even_with_the_right_one(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (signIn, secret, _) = await EnrolledAsync(company);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(401, (await Refused.ByAsync(() => signIn.CheckCodeAsync(company.ZhangWei.Person, "000000", Office, Cancel))).Status);
        }

        Assert.Equal(429, (await Refused.ByAsync(() => signIn.CheckCodeAsync(company.ZhangWei.Person, CodeOf(company, secret), Office, Cancel))).Status);
    }

    [Theory, BothDatabases]
    public async Task A_secret_that_was_never_confirmed_does_not_count(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = new SignIn(company.Workspace, cost: Company.CheapPasswords);
        var (secret, _) = await signIn.BeginAuthenticatorAsync(company.ZhangWei.Person, Cancel);
        Assert.False((await signIn.FactorsAsync(company.ZhangWei.Id, Cancel)).AnySecond);
        Assert.Equal(401, (await Refused.ByAsync(() => signIn.CheckCodeAsync(company.ZhangWei.Person, CodeOf(company, secret), Office, Cancel))).Status);
    }

    [Theory, BothDatabases]
    public async Task Nobody_who_reads_the_database_can_make_codes(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, secret, recovery) = await EnrolledAsync(company);
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        Assert.DoesNotContain(secret, await session.ScalarAsync<string>(Sql.Of($"SELECT secret FROM authenticator"), Cancel), StringComparison.OrdinalIgnoreCase);
        var kept = await session.ListAsync(Sql.Of($"SELECT code_hash FROM recovery_code"), row => row.Text(0), Cancel);
        Assert.DoesNotContain(recovery, code => kept.Contains(code));
    }

    [Theory, BothDatabases]
    public async Task A_secret_moved_to_another_persons_row_opens_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (signIn, secret, _) = await EnrolledAsync(company);
        await company.Workspace.Database.WriteAsync(session => session.ExecuteAsync(Sql.Of($"UPDATE authenticator SET user_id = {company.WangFang.Id}"), Cancel).AsTask(), Cancel);
        Assert.Equal(401, (await Refused.ByAsync(() => signIn.CheckCodeAsync(company.WangFang.Person, CodeOf(company, secret), Office, Cancel))).Status);
    }
}
