namespace Guanxi.Science.LifetimeValue;

/// <summary>What the continuous-time purchase models need to know of a customer.</summary>
/// <param name="Frequency">x: repeat purchases (days with a purchase after the first one).</param>
/// <param name="Recency">t_x: time from the first to the last purchase; 0 when x = 0.</param>
/// <param name="Age">T: time from the first purchase to the end of observation, in the same unit as recency.</param>
/// <param name="Count">How many customers share these figures.</param>
public readonly record struct PurchaseSummary(int Frequency, double Recency, double Age, long Count = 1);

/// <summary>What the discrete-time model BG/BB needs to know of a customer.</summary>
/// <param name="Frequency">x: periods with a repeat purchase.</param>
/// <param name="LastPeriod">t_x: the last period with a purchase, 0 when x = 0.</param>
/// <param name="Periods">n: purchase opportunities observed.</param>
/// <param name="Count">How many customers share these figures.</param>
public readonly record struct OpportunitySummary(int Frequency, int LastPeriod, int Periods, long Count = 1);

/// <summary>What the spend model needs to know of a customer.</summary>
/// <param name="Frequency">x: purchases the mean is taken over.</param>
/// <param name="MeanSpend">z̄: mean spend per purchase; ignored when x = 0.</param>
/// <param name="Count">How many customers share these figures.</param>
public readonly record struct SpendSummary(int Frequency, double MeanSpend, long Count = 1);
