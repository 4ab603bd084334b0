namespace Guanxi.Platform.Exchange;

/// <summary>Lists of values in steps of length, so that the statements made of them are few and stay compiled.</summary>
internal static class Padding
{
    public static IReadOnlyList<T> Pad<T>(List<T> items)
    {
        var length = 16;
        while (length < items.Count)
        {
            length *= 4;
        }

        for (var last = items[^1]; items.Count < length;)
        {
            items.Add(last);
        }

        return items;
    }
}
