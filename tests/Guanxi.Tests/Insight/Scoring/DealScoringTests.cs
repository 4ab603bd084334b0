using System.Buffers;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Scoring;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Science.Common;
using Guanxi.Tests.Sales;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Scoring;

/// <summary>Which deals will be won: told by rates until there is enough to learn from, and only from what was known then.</summary>
public sealed class DealScoringTests
{
    private static DealSnapshot Snapshot(int number, string stage, double ageDays, int contacts, bool won) => new(
        new Guid(number, 1, 1, new byte[8]), DateTimeOffset.UnixEpoch.AddDays(number), stage, 1, ageDays, 5, contacts, 3, 0, null, 0, 0, null, null, null) { Won = won, ClosedAt = DateTimeOffset.UnixEpoch.AddDays(number + 10) };

    [Fact]
    public void With_few_closed_deals_it_says_so_and_tells_rates()
    {
        var findings = new List<Finding>();
        var (trial, learnt) = DealScoring.Learn([.. Enumerable.Range(0, 30).Select(i => Snapshot(i, "报价", 10, 2, i % 2 == 0))], findings);
        Assert.Null(trial);
        Assert.Null(learnt);
        Assert.Contains("Only 30 deals are closed, 15 of them won", Assert.Single(findings).Sentence, StringComparison.Ordinal);
        var rates = new StageRates([Snapshot(1, "报价", 1, 1, true), Snapshot(2, "报价", 1, 1, true), Snapshot(3, "签约", 1, 1, false)]);
        Assert.Equal((2 + (10 * 2 / 3.0)) / 12, rates.Of("报价", 0.1), 9);
        Assert.Equal(2 / 3.0, rates.Of("没见过", 0.1), 9);
        Assert.Equal(0.1, new StageRates([]).Of("报价", 0.1), 9);
    }

    [Fact]
    public void A_model_is_used_when_it_beats_the_rates_on_deals_it_had_not_seen_and_only_then()
    {
        var random = new Random(5);
        List<DealSnapshot> telling = [.. Enumerable.Range(0, 400).Select(i => (i, contacts: random.Next(0, 10))).Select(item => Snapshot(item.i, "报价", random.Next(100), item.contacts, random.NextDouble() < item.contacts / 10.0))];
        var findings = new List<Finding>();
        var (trial, learnt) = DealScoring.Learn(telling, findings);
        Assert.NotNull(learnt);
        Assert.True(trial!.Model.Brier < trial.Rates.Brier);
        Assert.Equal(100, trial.Deals);
        Assert.Equal("contacts", learnt.Importance[0].Column);
        Assert.True(learnt.Model.Probabilities(DealSnapshot.Table([Snapshot(1, "报价", 10, 9, false)]))[0] > 0.6);

        List<DealSnapshot> noise = [.. Enumerable.Range(0, 400).Select(i => Snapshot(i, "报价", random.Next(100), random.Next(10), random.NextDouble() < 0.4))];
        findings.Clear();
        Assert.Null(DealScoring.Learn(noise, findings).Learnt);
        Assert.Contains(findings, finding => finding.Code is "no-better-than-rates" or "unsuitable" or "not-converged");
    }

    [Theory, BothDatabases]
    public async Task What_came_after_a_moment_is_not_known_at_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "机床", customer = customer.Id, amount = new { amount = "1", currency = "CNY" } });
        company.Time.Pass(TimeSpan.FromDays(10));
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", subject = "电话", customer = customer.Id, status = "done" });
        company.Time.Pass(TimeSpan.FromDays(10));
        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            var past = await DealPast.ReadAsync(session);
            var now = Assert.Single(past.Open(company.Workspace.Now));
            Assert.Equal(("确认需求", 20.0, 20.0, 1, 10.0), (now.Stage, Math.Round(now.AgeDays, 3), Math.Round(now.StageDays, 3), now.Contacts, Math.Round(now.SilenceDays!.Value, 3)));
            var before = Assert.Single(past.Open(company.Workspace.Now.AddDays(-15)));
            Assert.Equal((0, null, 5.0), (before.Contacts, before.SilenceDays, Math.Round(before.AgeDays, 3)));
        }

        var result = await DealScoring.RunAsync(company.Workspace);
        Assert.Equal((1, 0, "rates"), (result.Scored, result.LearntFrom, result.Method));
        var seen = (await company.ListAsync(company.ZhangWei, "deals", "score.probability > 0")).GetProperty("items")[0];
        Assert.Equal((0.1, "D"), (seen.GetProperty("score.probability").GetDouble(), seen.GetProperty("score.grade").GetString()));
        var buffer = new ArrayBufferWriter<byte>();
        await using (var session = await company.Workspace.Database.ReadAsync())
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            await ScoreFields.WriteAsync(writer, session, deal.Id, "zh-Hans");
            writer.WriteEndObject();
        }

        var score = JsonDocument.Parse(buffer.WrittenMemory).RootElement;
        Assert.Contains("赢单率", score.GetProperty("how").GetString(), StringComparison.Ordinal);
        Assert.Equal("没有可比的已结束商机", score.GetProperty("reasons")[0].GetProperty("sentence").GetString()!.Replace("到过“确认需求”的 0 个已结束商机里赢了 0 个", "没有可比的已结束商机", StringComparison.Ordinal));
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.LoseAsync(context, deal.Id, "价格", null, null));
        await DealScoring.RunAsync(company.Workspace);
        Assert.Empty((await company.ListAsync(company.ZhangWei, "deals", "score.probability > 0")).GetProperty("items").EnumerateArray());
    }
}
