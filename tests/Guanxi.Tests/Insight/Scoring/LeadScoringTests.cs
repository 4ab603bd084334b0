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
        Assert.Equal("details", learnt.Importance[0].Column);
        Assert.True(learnt.Model.Probabilities(LeadSnapshot.Table([Snapshot(1, "event", 6, false)]))[0] > 0.6);

        findings.Clear();
        Assert.Null(LeadScoring.Learn([.. Enumerable.Range(0, 400).Select(i => Snapshot(i, "event", random.Next(7), random.NextDouble() < 0.4))], findings).Learnt);
        Assert.NotEmpty(findings);
    }

    /// <summary>Leads that end within days, the won ones a little later; what lies about for a year is unlike all of them.</summary>
    [Fact]
    public void An_old_open_lead_is_not_scored_by_an_age_that_no_ended_lead_had()
    {
        var random = new Random(8);
        List<LeadSnapshot> ended = [.. Enumerable.Range(0, 300).Select(i => (i, won: random.NextDouble() < 0.3)).Select(item => Snapshot(item.i, "event", 3, item.won) with { AgeDays = (item.won ? 4 : 1) + (random.NextDouble() * 6) })];
        var open = Enumerable.Range(0, 10).Select(i => Snapshot(1000 + i, "event", 3, false) with { AgeDays = 300 }).ToList();
        var (_, learnt) = LeadScoring.Learn(ended, []);
        Assert.NotNull(learnt);
        var drawnIn = ScoreRun.Within(LeadSnapshot.Table(open), LeadSnapshot.Table(ended));
        Assert.InRange(((Science.Scoring.NumberColumn)drawnIn.Columns.Single(column => column.Name == "ageDays")).Values[0], 9, 10.1);

        // Even so they would all be taken for sure: then the rates are told, and said to be.
        var scores = learnt.Model.Probabilities(drawnIn).Select(probability => (probability, (IReadOnlyList<Science.Scoring.Reason>)[])).ToList();
        var (mean, share) = ScoreRun.FarOff(scores, ended)!.Value;
        Assert.True(mean > 0.6 && share < 0.4, $"{mean} {share}");
        Assert.Null(ScoreRun.FarOff([(0.4, [])], ended));
        var said = Guanxi.Insight.FindingWords.Of(LeadScoring.Noun.FarOff(10, mean, share));
        Assert.Contains("按各来源自己的转化率", said.ZhHans, StringComparison.Ordinal);
        Assert.Contains("10 open leads", said.En, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task A_lead_left_lying_longer_than_conversions_take_counts_as_not_converted(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        company.WritesPastTheProgram();
        var begun = company.Workspace.Now.ToUnixTimeMilliseconds();
        var converted = new List<Guid>();
        for (var i = 0; i < 20; i++)
        {
            converted.Add((await company.CreateAsync(company.ZhangWei, "leads", new { contactName = $"已转化{i:00}", source = "event", owner = company.ZhangWei.Id })).Id);
        }

        await company.CreateAsync(company.ZhangWei, "leads", new { contactName = "没人理", source = "event", owner = company.ZhangWei.Id });
        company.Time.Pass(TimeSpan.FromDays(100));
        await company.CreateAsync(company.ZhangWei, "leads", new { contactName = "刚进来", source = "event", owner = company.ZhangWei.Id });
        await company.Workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Guanxi.Database.Sql.Of($"UPDATE lead SET state = 'converted', state_since = {begun + (5 * 86_400_000L)} WHERE id IN ").List(converted)));
        await using var session = await company.Workspace.Database.ReadAsync();
        var (known, lying, patience) = (await LeadPast.ReadAsync(session)).Ended(company.Workspace.Now);
        Assert.Equal((21, 1, 5.0), (known.Count, lying, Math.Round(patience!.Value, 1)));
        var left = Assert.Single(known, lead => !lead.Won);
        Assert.InRange(left.AgeDays, 0, 100);
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
