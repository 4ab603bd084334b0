using Guanxi.Science.LifetimeValue;

namespace Guanxi.Science.Tests.LifetimeValue;

/// <summary>Integrals that are summed up once for all customers with one number of purchases are those that were done one by one.</summary>
public sealed class ParetoNbdTableTests
{
    private static List<PurchaseSummary> Customers(int count, int most, int seed = 5)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var age = 1 + random.Next(700);
            var x = (int)(most * Math.Pow(random.NextDouble(), 3));
            return new PurchaseSummary(x, x == 0 ? 0 : (1 + random.Next(age)) / 7.0, age / 7.0);
        })];
    }

    [Theory]
    [InlineData(0.55, 10.6, 0.6, 11.7)]
    [InlineData(0.2, 0.008, 3, 0.05)]
    [InlineData(12, 400, 0.05, 900)]
    public void Likelihood_and_gradient_are_those_of_the_quadrature(double r, double alpha, double s, double beta)
    {
        var groups = PurchaseGroups.Of(Customers(20_000, 12).Concat(Customers(400, 450, 9)).ToList());
        double[] logs = [Math.Log(r), Math.Log(alpha), Math.Log(s), Math.Log(beta)];
        double[] plain = new double[4], tabled = new double[4];
        var value = new ParetoNbdLikelihood(groups, tables: false).Evaluate(logs, plain);
        Assert.Equal(value, new ParetoNbdLikelihood(groups).Evaluate(logs, tabled), Math.Abs(value) * 1e-9);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(plain[i], tabled[i], 1e-7 * Math.Max(1, Math.Abs(plain[i])));
        }
    }
}
