using System.Buffers;
using System.Text.Json;
using Guanxi.Insight.Scoring;
using Guanxi.Science.Common;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Scoring;

/// <summary>Which leads will become customers: told by the rates of their sources until there is enough to learn from, and only from what was known then.</summary>
public sealed class LeadScoringTests
{
    private static LeadSnapshot Snapshot(int number, string source, int filled, bool won) => new(
        new Guid(number, 2, 1, new byte[8]), "new", 1, null, 0, null, filled, false, source, null, null, null, null) { Won = won, EndedAt = DateTimeOffset.UnixEpoch.AddDays(number) };

    [Fact]
    public void Few_leads_make_no_model_and_many_make_one_that_beats_the_rates_or_none()
    {
        var findings = new List<Finding>();
        Assert.Null(LeadScoring.Learn([.. Enumerable.Range(0, 20).Select(i => Snapshot(i, "event", 3, i % 2 == 0))], findings).Learnt);
        Assert.Contains("Only 20 leads have come to an end, 10 of them converted", Assert.Single(findings).Sentence, StringComparison.Ordinal);
        Assert.Contains("只有 20 条线索有了结果", Guanxi.Insight.FindingWords.Of(findings[0]).ZhHans, StringComparison.Ordinal);

        var random = new Random(6);
        List<LeadSnapshot> telling = [.. Enumerable.Range(0, 400).Select(i => (i, filled: random.Next(0, 7))).Select(item => Snapshot(item.i, item.i % 2 == 0 ? "event" : "webForm", item.filled, random.NextDouble() < item.filled / 7.0))];
        findings.Clear();
        var (trial, learnt) = LeadScoring.Learn(telling, findings);
        Assert.NotNull(learnt);
        Assert.True(trial!.Model.Brier < trial.Rates.Brier);
        Assert.Equal("filled", learnt.Importance[0].Column);
        Assert.True(learnt.Model.Probabilities(LeadSnapshot.Table([Snapshot(1, "event", 6, false)]))[0] > 0.6);

        findings.Clear();
        Assert.Null(LeadScoring.Learn([.. Enumerable.Range(0, 400).Select(i => Snapshot(i, "event", random.Next(7), random.NextDouble() < 0.4))], findings).Learnt);
        Assert.NotEmpty(findings);
    }

    [Theory, BothDatabases]
    public async Task What_was_filled_in_later_was_not_known_before(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var lead = await company.CreateAsync(company.ZhangWei, "leads", new { contactName = "周凯", source = "event", owner = company.ZhangWei.Id });
        company.Time.Pass(TimeSpan.FromDays(4));
        await company.ChangeAsync(company.ZhangWei, lead, new { phone = "13812345678", company = "湘江新材", source = "referral" });
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", subject = "电话", lead = lead.Id, status = "done" });
        company.Time.Pass(TimeSpan.FromDays(4));
        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            var past = await LeadPast.ReadAsync(session);
            var now = Assert.Single(past.Open(company.Workspace.Now));
            Assert.Equal(("referral", 3, 1, 8.0), (now.Source, now.Filled, now.Contacts, Math.Round(now.AgeDays, 3)));
            var before = Assert.Single(past.Open(company.Workspace.Now.AddDays(-6)));
            Assert.Equal(("event", 1, 0, null, 2.0), (before.Source, before.Filled, before.Contacts, before.SilenceDays, Math.Round(before.AgeDays, 3)));
        }

        var result = await LeadScoring.RunAsync(company.Workspace);
        Assert.Equal((1, 0, "rates"), (result.Scored, result.LearntFrom, result.Method));
        var seen = (await company.ListAsync(company.ZhangWei, "leads", "score.probability > 0")).GetProperty("items")[0];
        Assert.Equal((0.2, "C"), (seen.GetProperty("score.probability").GetDouble(), seen.GetProperty("score.grade").GetString()));
        Assert.Empty((await company.ListAsync(company.ZhaoMin, "leads", "score.probability > 0")).GetProperty("items").EnumerateArray());
        var buffer = new ArrayBufferWriter<byte>();
        await using (var session = await company.Workspace.Database.ReadAsync())
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            await ScoreFields.WriteOfLeadAsync(writer, session, company.Workspace.Schema["leads"], lead.Id, "zh-Hans");
            writer.WriteEndObject();
        }

        var score = JsonDocument.Parse(buffer.WrittenMemory).RootElement;
        Assert.Contains("转化率估计", score.GetProperty("how").GetString(), StringComparison.Ordinal);
        Assert.Equal("没有可比的、已有结果的线索", score.GetProperty("reasons")[0].GetProperty("sentence").GetString());
    }
}
