namespace Guanxi.Science.Segments;

/// <summary>One order line for RFM.</summary>
/// <param name="Customer">Whose order.</param>
/// <param name="Date">The day of the order.</param>
/// <param name="Amount">Money of the line; negative for returns.</param>
/// <param name="Order">The order's key; null when a customer's day is the order.</param>
public readonly record struct CustomerOrder(string Customer, DateOnly Date, decimal Amount, string? Order = null);

/// <summary>Orders customer keys as people do: whole numbers by value, everything else by ordinal text.</summary>
public sealed class CustomerKeyComparer : IComparer<string>
{
    private readonly bool numeric;

    private CustomerKeyComparer(bool numeric) => this.numeric = numeric;

    /// <summary>The order for this set of keys: numeric when every key is a whole number.</summary>
    public static CustomerKeyComparer For(IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new CustomerKeyComparer(keys.All(key => key.Length > 0 && key.All(char.IsAsciiDigit)));
    }

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (numeric && x is not null && y is not null)
        {
            var left = x.AsSpan().TrimStart('0');
            var right = y.AsSpan().TrimStart('0');
            var byValue = left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
            if (byValue != 0)
            {
                return byValue;
            }
        }

        return string.CompareOrdinal(x, y);
    }
}
