using System.Runtime.InteropServices;

namespace Guanxi.Platform.Language;

/// <summary>Another way to read one unit.</summary>
[StructLayout(LayoutKind.Auto)]
struct PinyinAlternative
{
    public int Unit;
    public int Syllable;
    public int Cost;
}

/// <summary>Other ways to read a text, likeliest first: one character changed, then two.</summary>
static class PinyinAlternatives
{
    public const int Max = 24;

    /// <summary>Lists the alternatives of the units by cost. Where a phrase settled the reading only common readings stay: they are for phrases cut wrongly.</summary>
    public static int Collect(ReadOnlySpan<PinyinUnit> units, Span<PinyinAlternative> into)
    {
        PinyinTable table = PinyinTable.Instance;
        int count = 0;
        for (int i = 0; i < units.Length; i++)
        {
            ref readonly PinyinUnit unit = ref units[i];
            if (unit.Syllable < 0)
            {
                continue;
            }

            ReadOnlySpan<ushort> readings = table.Readings(unit.Set);
            if (readings.Length == 1)
            {
                continue;
            }

            int common = table.CommonCount(unit.Set);
            for (int r = 0; r < (unit.Settled ? common : readings.Length); r++)
            {
                if (!ReferenceEquals(table.Letters[readings[r]], table.Letters[unit.Syllable]))
                {
                    Insert(into, ref count, new PinyinAlternative { Unit = i, Syllable = readings[r], Cost = r + (unit.Settled ? 4 : 0) + (r >= common ? 3 : 0) });
                }
            }
        }

        return count;
    }

    /// <summary>The best reading, then each single change, then pairs of changes of different characters, up to a number of them; each as indices of the alternatives, -1 for none.</summary>
    public static int Choose(ReadOnlySpan<PinyinAlternative> alternatives, Span<(int First, int Second)> into)
    {
        int count = 0;
        into[count++] = (-1, -1);
        for (int i = 0; i < alternatives.Length && count < into.Length; i++)
        {
            into[count++] = (i, -1);
        }

        for (int second = 1; second < alternatives.Length; second++)
        {
            for (int first = 0; first < second; first++)
            {
                if (count == into.Length)
                {
                    return count;
                }

                if (alternatives[first].Unit != alternatives[second].Unit)
                {
                    into[count++] = (first, second);
                }
            }
        }

        return count;
    }

    static void Insert(Span<PinyinAlternative> into, ref int count, PinyinAlternative alternative)
    {
        int place = count;
        while (place > 0 && into[place - 1].Cost > alternative.Cost)
        {
            place--;
        }

        if (place == into.Length)
        {
            return;
        }

        count = Math.Min(count + 1, into.Length);
        into[place..(count - 1)].CopyTo(into[(place + 1)..]);
        into[place] = alternative;
    }
}
