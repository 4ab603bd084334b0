using System.Globalization;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Science.Tests.LifetimeValue;

/// <summary>The CDNOW customers and the donors of the published papers.</summary>
internal static class Published
{
    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    public static PurchaseSummary[] Cdnow() =>
        SharedData.Rows("clv_cdnow/cdnow_customers_summary.csv").Select(row => new PurchaseSummary(int.Parse(row[1]), Number(row[2]), Number(row[3]))).ToArray();

    public static SpendSummary[] CdnowSpend() =>
        SharedData.Rows("clv_cdnow/cdnow_customers_summary_with_transactions.csv").Select(row => new SpendSummary(int.Parse(row[1]), Number(row[4]))).ToArray();

    public static OpportunitySummary[] Donors() =>
        SharedData.Rows("clv_donations/donations.csv").Select(row => new OpportunitySummary(int.Parse(row[0]), int.Parse(row[1]), int.Parse(row[2]), long.Parse(row[3]))).ToArray();

    /// <summary>Within half a percent, the precision of the printed figures.</summary>
    public static void Close(double published, double actual, double relative = 0.005) =>
        Assert.InRange(actual, published - (Math.Abs(published) * relative), published + (Math.Abs(published) * relative));

    public static double Value<T>(this ModelFit<T> fit, string name)
        where T : class => fit.Parameters.Single(parameter => parameter.Name == name).Value;
}
