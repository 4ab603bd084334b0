using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Quotes;

public sealed class QuoteLinkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<QuoteLink?> OpenAsync(Company company, string secret)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return await QuoteLinks.OpenAsync(session, secret, company.Workspace.Now, Cancel);
    }

    private static Task AnswerAsync(Company company, string secret, string kind, string? name = "王经理", string? words = null) =>
        company.Workspace.WriteAsync(company.Program, context => QuoteLinks.AnswerAsync(context, secret, kind, name, words, "203.0.113.7", Cancel));

    [Theory, BothDatabases]
    public async Task A_link_leads_to_one_edition_and_ends_with_its_day_its_revision_or_its_withdrawal(Db db)
    {
        var world = await QuoteWorld.OpenAsync(db);
        await using var company = world.Company;
        var quote = await world.PumpsAsync(company.ZhangWei);
        Task<(QuoteLink Link, string Secret)> MakeAsync(int? days = null) => company.Workspace.WriteAsync(company.ZhangWei, context => QuoteLinks.MakeAsync(context, quote.Id, "王经理", days, "zh-Hans", Cancel));
        Assert.Equal(404, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhaoMin, context => QuoteLinks.MakeAsync(context, quote.Id, null, null, null, Cancel)))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => MakeAsync(0))).Status);
        var (first, secret) = await MakeAsync(3);
        Assert.Equal("sent", (await world.NowAsync(quote)).Text("status"));
        Assert.Equal(quote.Id, (await OpenAsync(company, secret))!.Quote);
        Assert.Null(await OpenAsync(company, secret[..^1]));
        var (_, other) = await MakeAsync();
        await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteLinks.RevokeAsync(context, quote.Id, first.Id, Cancel));
        Assert.Null(await OpenAsync(company, secret));
        Assert.NotNull(await OpenAsync(company, other));
        await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteFlow.ReviseAsync(context, quote.Id));
        Assert.Null(await OpenAsync(company, other));
        var (_, late) = await MakeAsync(2);
        company.Time.Pass(TimeSpan.FromDays(2));
        Assert.Null(await OpenAsync(company, late));
    }

    [Theory, BothDatabases]
    public async Task Of_two_people_who_accept_the_same_edition_there_is_one_acceptance(Db db)
    {
        var world = await QuoteWorld.OpenAsync(db);
        await using var company = world.Company;
        var quote = await world.PumpsAsync(company.ZhangWei);
        var secrets = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            secrets.Add((await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteLinks.MakeAsync(context, quote.Id, null, null, null, Cancel))).Secret);
        }

        await Task.WhenAll(secrets.Select((secret, i) => AnswerAsync(company, secret, "accept", "王" + i)));
        await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
        {
            var answers = await QuoteLinks.AnswersAsync(session, quote.Id, Cancel);
            Assert.Equal((await world.NowAsync(quote)).Text("acceptedBy"), Assert.Single(answers).Name);
        }

        Assert.Equal("accepted", (await world.NowAsync(quote)).Text("status"));
        Assert.Equal("offer-answered", (await Refused.ByAsync(() => AnswerAsync(company, secrets[0], "decline"))).Rule);
        await AnswerAsync(company, secrets[0], "comment", words: "请尽快");
        Assert.Equal("ordered", (await company.Workspace.WriteAsync(company.ZhangWei, async context =>
        {
            await QuoteOrders.MakeAsync(context, quote.Id, Cancel);
            return (await RecordStore.FindAsync(context.Session, context.Schema["quotes"], quote.Id, Cancel))!;
        })).Text("status"));
    }

    [Theory, BothDatabases]
    public async Task An_answer_needs_a_name_and_a_comment_its_words(Db db)
    {
        var world = await QuoteWorld.OpenAsync(db);
        await using var company = world.Company;
        var quote = await world.PumpsAsync(company.ZhangWei);
        var (_, secret) = await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteLinks.MakeAsync(context, quote.Id, null, null, null, Cancel));
        Assert.Contains("name", (await Refused.ByAsync(() => AnswerAsync(company, secret, "accept", " "))).Errors!.Keys);
        Assert.Contains("words", (await Refused.ByAsync(() => AnswerAsync(company, secret, "comment"))).Errors!.Keys);
        Assert.Contains("words", (await Refused.ByAsync(() => AnswerAsync(company, secret, "decline", words: new string('长', 3000)))).Errors!.Keys);
        Assert.Equal("sent", (await world.NowAsync(quote)).Text("status"));
        await AnswerAsync(company, secret, "decline", words: "预算取消");
        Assert.Equal("declined", (await world.NowAsync(quote)).Text("status"));
    }
}
