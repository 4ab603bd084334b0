namespace Guanxi.Platform.Records;

/// <summary>The valid name closest to what somebody wrote, for errors that help.</summary>
public static class Nearest
{
    public static string? To(string given, IEnumerable<string> valid)
    {
        if (given.Length > 100)
        {
            return null;
        }

        var best = valid.Select(name => (Name: name, Distance: Distance(given.ToLowerInvariant(), name.ToLowerInvariant()))).OrderBy(item => item.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(2, given.Length / 2) ? best.Name : null;
    }

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
