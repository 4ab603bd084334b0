namespace Guanxi.Science.Experiments;

/// <summary>An estimate with the bounds between which the truth lies in 95 of 100 such experiments.</summary>
public sealed record Interval(double Value, double Low, double High)
{
    /// <summary>Whether zero lies outside, so that chance alone is a poor explanation.</summary>
    public bool IsClear => Low > 0 || High < 0;
}
