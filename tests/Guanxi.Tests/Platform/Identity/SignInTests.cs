using Guanxi.Database;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Identity;

public sealed class SignInTests
{
    private const string Password = "正确的-Password-1";

    private static async Task<SignIn> WithPasswordAsync(Company company)
    {
        var signIn = new SignIn(company.Workspace, cost: Company.CheapPasswords);
        await company.Workspace.WriteAsync(company.Program, context => signIn.SetPasswordAsync(context, company.ZhangWei.Id, Password), cancel: TestContext.Current.CancellationToken);
        return signIn;
    }

    [Theory, BothDatabases]
    public async Task The_right_password_opens_a_session_and_signing_out_ends_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await WithPasswordAsync(company);
        var person = await signIn.CheckAsync("ZhangWei", Password, "127.0.0.1", TestContext.Current.CancellationToken);
        var secret = await signIn.OpenSessionAsync(person, "127.0.0.1", "test", TestContext.Current.CancellationToken);
        Assert.Equal(person.Id, (await signIn.WhoAsync(secret, token: false, cancel: TestContext.Current.CancellationToken))!.Person.Id);
        await signIn.CloseSessionAsync(person, secret, TestContext.Current.CancellationToken);
        Assert.Null(await signIn.WhoAsync(secret, token: false, cancel: TestContext.Current.CancellationToken));
    }

    [Theory, BothDatabases]
    public async Task Unknown_names_and_wrong_passwords_get_the_same_answer(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await WithPasswordAsync(company);
        var wrong = await Refused.ByAsync(() => signIn.CheckAsync("zhangwei", "wrong", "a"));
        var unknown = await Refused.ByAsync(() => signIn.CheckAsync("nobody", "wrong", "a"));
        Assert.Equal(wrong, unknown);
    }

    /// <summary>The ordinary cost is what everything but tests uses; OWASP asks for 210,000 rounds of HMAC-SHA512 (marker 1, function 2 in the hasher's third form).</summary>
    [Theory, BothDatabases]
    public async Task A_password_kept_at_a_lower_cost_is_renewed_at_the_ordinary_one_when_it_is_seen(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await WithPasswordAsync(company);
        Assert.Equal(Company.CheapPasswords.Iterations, await CostAsync());
        await new SignIn(company.Workspace).CheckAsync("zhangwei", Password, "127.0.0.1", TestContext.Current.CancellationToken);
        Assert.Equal(210_000, await CostAsync());

        async Task<int> CostAsync()
        {
            await using var session = await company.Workspace.Database.ReadAsync();
            var hash = Convert.FromBase64String(await session.ScalarAsync<string>(Sql.Of($"SELECT password_hash FROM credential"), TestContext.Current.CancellationToken) ?? "");
            Assert.Equal([1, 0, 0, 0, 2], hash[..5]);
            return System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5));
        }
    }

    [Theory, BothDatabases]
    public async Task Guessing_is_slowed_down_without_locking_the_owner_out(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await WithPasswordAsync(company);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(401, (await Refused.ByAsync(() => signIn.CheckAsync("zhangwei", "wrong", "attacker"))).Status);
        }

        Assert.Equal(429, (await Refused.ByAsync(() => signIn.CheckAsync("zhangwei", Password, "attacker"))).Status);
        await signIn.OpenSessionAsync(company.ZhangWei.Person, new Place("203.0.113.7", "Firefox", "d_known"), "password", null, Stage.Full, TestContext.Current.CancellationToken);
        Assert.Equal("张伟", (await signIn.CheckAsync("zhangwei", Password, new Place("elsewhere", "Firefox", "d_known"), TestContext.Current.CancellationToken)).Name);
    }

    [Theory, BothDatabases]
    public async Task Whoever_is_disabled_is_out_at_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await WithPasswordAsync(company);
        var (_, token) = await signIn.CreateTokenAsync(company.ZhangWei, company.ZhangWei.Id, "test", null, TestContext.Current.CancellationToken);
        Assert.NotNull(await signIn.WhoAsync(token, token: true, cancel: TestContext.Current.CancellationToken));
        var user = await company.LoadAsync(company.WangFang, "users", company.ZhangWei.Id);
        await company.ChangeAsync(company.WangFang, user, new { active = false });
        Assert.Null(await signIn.WhoAsync(token, token: true, cancel: TestContext.Current.CancellationToken));
    }

    [Theory, BothDatabases]
    public async Task No_secret_is_kept_readable(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var signIn = await WithPasswordAsync(company);
        var (_, token) = await signIn.CreateTokenAsync(company.ZhangWei, company.ZhangWei.Id, "test", null, TestContext.Current.CancellationToken);
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.NotEqual(token, await session.ScalarAsync<string>(Sql.Of($"SELECT token_hash FROM api_token"), TestContext.Current.CancellationToken));
        Assert.DoesNotContain(Password, await session.ScalarAsync<string>(Sql.Of($"SELECT password_hash FROM credential"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task The_last_administrator_stays(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var user = await company.LoadAsync(company.WangFang, "users", company.WangFang.Id);
        Assert.Equal("last-administrator", (await Refused.ByAsync(() => company.ChangeAsync(company.WangFang, user, new { active = false }))).Rule);
    }

    [Fact]
    public async Task The_setup_key_works_once()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("guanxi-").FullName;
        await using var workspace = await Guanxi.Platform.Workspace.OpenAsync(GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "x.db")}"), folder, new Clock(), cancel: TestContext.Current.CancellationToken);
        var signIn = new SignIn(workspace, cost: Company.CheapPasswords);
        var key = await Setup.NewKeyAsync(workspace, TestContext.Current.CancellationToken);
        var wishes = new Setup.Wishes("关系公司", "王芳", "wangfang", Password, null, null, null);
        Assert.Equal(403, (await Refused.ByAsync(() => Setup.FirstAdministratorAsync(workspace, signIn, "guess", wishes))).Status);
        Assert.Equal("王芳", (await Setup.FirstAdministratorAsync(workspace, signIn, key, wishes, TestContext.Current.CancellationToken)).Name);
        Assert.Equal(403, (await Refused.ByAsync(() => Setup.FirstAdministratorAsync(workspace, signIn, key, wishes with { UserName = "eve" }))).Status);
    }
}
