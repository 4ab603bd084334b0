namespace Guanxi.Insight.Value;

/// <summary>Ascending day numbers in few bytes: each as its distance from the one before, seven bits a byte, the highest bit set where more follow.</summary>
internal static class DayPacking
{
    public static byte[] Pack(IReadOnlyList<int> days)
    {
        var bytes = new List<byte>(days.Count + 3);
        var before = 0;
        foreach (var day in days)
        {
            var rest = (uint)(day - before);
            before = day;
            for (; rest >= 0x80; rest >>= 7)
            {
                bytes.Add((byte)(rest | 0x80));
            }

            bytes.Add((byte)rest);
        }

        return [.. bytes];
    }

    public static IReadOnlyList<int> Unpack(byte[] packed)
    {
        var days = new List<int>();
        int before = 0, rest = 0, shift = 0;
        foreach (var one in packed)
        {
            rest |= (one & 0x7F) << shift;
            shift += 7;
            if (one < 0x80)
            {
                days.Add(before += rest);
                (rest, shift) = (0, 0);
            }
        }

        return days;
    }
}
