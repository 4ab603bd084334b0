using System.Globalization;

namespace Guanxi.Insight;

/// <summary>English nouns with their number: 1 day, 2 days.</summary>
internal static class Counted
{
    public static string Of(double number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number:0.#} {noun}{(number.Equals(1.0) ? "" : "s")}");
}
