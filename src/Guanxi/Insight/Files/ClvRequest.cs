using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Files;

/// <summary>What is asked of a lifetime value model. Purchases after <c>Today</c> have not happened yet and are left out.</summary>
internal sealed record ClvRequest(string Model, DateOnly? CalibrationEnd, double? Horizon, TimeUnit Unit, ValueTerms Terms, DateOnly? Today = null)
{
    public static IReadOnlyList<string> Models { get; } = ["bg-nbd", "mbg-nbd", "pareto-nbd", "bg-bb", "gamma-gamma"];

    /// <summary>Whether the log goes on until today even if nobody bought lately; otherwise it ends with its last purchase.</summary>
    public bool UpToToday { get; init; }

    /// <summary>The probabilities of 0 up to so many purchases within the horizon are wanted of every customer; null when they are not.</summary>
    public int? Purchases { get; init; }

    public double HorizonOr(double holdout) => Horizon ?? (holdout > 0 ? holdout : Unit switch
    {
        TimeUnit.Day => 365,
        TimeUnit.Week => 52,
        TimeUnit.Month => 12,
        _ => 1,
    });
}
