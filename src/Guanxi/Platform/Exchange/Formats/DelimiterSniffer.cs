namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Finds what separates the cells: the candidate by which most rows fall into the same number of cells, more than one.</summary>
static class DelimiterSniffer
{
    const int MaxRecords = 200;

    static readonly char[] Candidates = [',', '\t', ';', '|'];

    public static char Find(string sample)
    {
        char best = ',';
        double bestScore = 0;
        foreach (char candidate in Candidates)
        {
            double score = Score(sample, candidate);
            if (score > bestScore + 1e-9)
            {
                (best, bestScore) = (candidate, score);
            }
        }

        return best;
    }

    static double Score(string sample, char candidate)
    {
        int[] counts = [.. new DelimitedRecords(new StringReader(sample), candidate).Read().Take(MaxRecords).Where(record => record.Cells.Any(cell => !string.IsNullOrWhiteSpace(cell))).Select(record => record.Cells.Count)];
        // The sample may end within a row.
        counts = counts.Length > 3 ? counts[..^1] : counts;
        if (counts.Length == 0)
        {
            return 0;
        }

        var usual = counts.GroupBy(count => count).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).First();
        return usual.Key == 1 ? 0 : (double)usual.Count() / counts.Length * (1 + (Math.Min(usual.Key, 40) / 200.0));
    }
}
