namespace Guanxi.Rollout.Samples;

/// <summary>Chance that always falls the same way for the same seed.</summary>
public sealed class SampleRandom(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => random.Next(least, most + 1);

    public double Fraction() => random.NextDouble();

    public bool Chance(double probability) => random.NextDouble() < probability;

    public T Of<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public char Of(string letters) => letters[random.Next(letters.Length)];

    /// <summary>One of the items, each as likely as its weight says.</summary>
    public T Weighted<T>(params ReadOnlySpan<(T Item, int Weight)> items)
    {
        var total = 0;
        foreach (var (_, weight) in items)
        {
            total += weight;
        }

        var at = random.Next(total);
        foreach (var (item, weight) in items)
        {
            if ((at -= weight) < 0)
            {
                return item;
            }
        }

        return items[^1].Item;
    }

    /// <summary>As many decimal digits.</summary>
    public string Digits(int count) => string.Create(count, random, static (digits, random) =>
    {
        for (var i = 0; i < digits.Length; i++)
        {
            digits[i] = (char)('0' + random.Next(10));
        }
    });

    /// <summary>Different items in their own order; fewer when there are not so many.</summary>
    public IReadOnlyList<T> Some<T>(IReadOnlyList<T> items, int count)
    {
        var chosen = new List<T>(count);
        for (var i = 0; i < items.Count && chosen.Count < count; i++)
        {
            if (random.Next(items.Count - i) < count - chosen.Count)
            {
                chosen.Add(items[i]);
            }
        }

        return chosen;
    }

    /// <summary>A UUID of version 7 (RFC 9562, section 5.7) for a moment.</summary>
    public Guid Id(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        var milliseconds = at.ToUnixTimeMilliseconds();
        for (var i = 0; i < 6; i++)
        {
            bytes[i] = (byte)(milliseconds >> (8 * (5 - i)));
        }

        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
