using System.Diagnostics;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Door;

/// <summary>Whether somebody works here cannot be told by how long the answer takes.</summary>
public sealed class TimingTests
{
    /// <summary>1,000 pairs in the long form (GUANXI_TEST_LONG=1), for which the claim is made: medians within 5 %, and a coin that falls fairly.</summary>
    private static readonly int Pairs = Form.Of(30, 1000);

    /// <summary>
    /// Wrong passwords for a known and an unknown name, alternating, so that both meet the same weather. Compared are, in the long form, the medians; in the short one the quickest of each within a factor of three: what others do on the
    /// machine only ever adds, and a password that is not hashed takes a hundredth. And how often a known name took longer than the unknown one beside it: with the same distribution that is a coin thrown 30 times, within 16 % and 84 % but for one time in ten thousand.
    /// </summary>
    [Fact]
    public async Task Known_and_unknown_names_take_the_same_time()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var signIn = new SignIn(company.Workspace);
        await company.Workspace.WriteAsync(company.Program, context => signIn.SetPasswordAsync(context, company.ZhangWei.Id, "正确的-Password-1"), cancel: TestContext.Current.CancellationToken);
        await TimeAsync(company, signIn, "zhangwei");
        await TimeAsync(company, signIn, "nobody");
        var (known, unknown) = (new List<double>(), new List<double>());
        for (var i = 0; i < Pairs; i++)
        {
            if (i % 2 == 0)
            {
                known.Add(await TimeAsync(company, signIn, "zhangwei"));
                unknown.Add(await TimeAsync(company, signIn, $"nobody{i}"));
            }
            else
            {
                unknown.Add(await TimeAsync(company, signIn, $"nobody{i}"));
                known.Add(await TimeAsync(company, signIn, "zhangwei"));
            }
        }

        var longer = known.Zip(unknown).Count(pair => pair.First > pair.Second) / (double)Pairs;
        var ratio = Form.Long ? Median(known) / Median(unknown) : known.Min() / unknown.Min();
        TestContext.Current.TestOutputHelper?.WriteLine($"known {Median(known):F1} ms, unknown {Median(unknown):F1} ms, ratio {ratio:F3}, known longer in {longer:P0} of {Pairs} pairs");
        var (coin, apart) = Form.Long ? (0.06, 1.05) : (0.34, 3);
        Assert.InRange(longer, 0.5 - coin, 0.5 + coin);
        Assert.InRange(ratio, 1 / apart, apart);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<double> TimeAsync(Company company, SignIn signIn, string userName)
    {
        // Time enough passes between two attempts for every budget to be full again.
        company.Time.Pass(TimeSpan.FromMinutes(2));
        var start = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<RefusedException>(() => signIn.CheckAsync(userName, "a-wrong-password", new Place("198.51.100.1")));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
