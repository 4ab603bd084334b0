namespace Guanxi.Science.Scoring;

/// <summary>Cox's partial likelihood over standardised terms, rows sorted by falling time.</summary>
internal sealed class PartialLikelihood
{
    private readonly double[][] rows;
    private readonly SurvivalTime[] times;
    private readonly int size;

    public PartialLikelihood(DesignMatrix matrix, IReadOnlyList<SurvivalTime> times)
    {
        size = matrix.Terms.Count;
        int[] order = [.. Enumerable.Range(0, matrix.Rows).OrderByDescending(row => times[row].Time)];
        this.times = Array.ConvertAll(order, row => times[row]);
        rows = Array.ConvertAll(order, row =>
        {
            var values = matrix.Terms.Select(term => -term.Mean / term.Deviation).ToArray();
            for (var i = matrix.Starts[row]; i < matrix.Starts[row + 1]; i++)
            {
                values[matrix.Indices[i]] += matrix.Values[i] / matrix.Terms[matrix.Indices[i]].Deviation;
            }

            return values;
        });
    }

    /// <summary>Value, gradient and information (negative Hessian).</summary>
    public double Evaluate(double[] beta, out double[] gradient, out double[,] information)
    {
        gradient = new double[size];
        information = new double[size, size];
        var risks = Array.ConvertAll(rows, row => Math.Exp(Math.Clamp(Dot(row, beta), -500, 500)));
        double value = 0, sum = 0;
        var first = new double[size];
        var second = new double[size, size];
        for (var from = 0; from < rows.Length;)
        {
            var to = from;
            double tiedSum = 0;
            var tiedFirst = new double[size];
            var tiedSecond = new double[size, size];
            var events = 0;
            while (to < rows.Length && times[to].Time.Equals(times[from].Time))
            {
                sum += risks[to];
                Accumulate(rows[to], risks[to], first, second);
                if (times[to].Event)
                {
                    events++;
                    tiedSum += risks[to];
                    Accumulate(rows[to], risks[to], tiedFirst, tiedSecond);
                    value += Dot(rows[to], beta);
                    for (var j = 0; j < size; j++)
                    {
                        gradient[j] += rows[to][j];
                    }
                }

                to++;
            }

            for (var k = 0; k < events; k++)
            {
                // Efron: the k-th of tied events has the others already partly out of the risk set.
                var share = (double)k / events;
                var total = sum - (share * tiedSum);
                value -= Math.Log(total);
                for (var j = 0; j < size; j++)
                {
                    var mean = (first[j] - (share * tiedFirst[j])) / total;
                    gradient[j] -= mean;
                    for (var i = 0; i <= j; i++)
                    {
                        var other = (first[i] - (share * tiedFirst[i])) / total;
                        information[j, i] += ((second[j, i] - (share * tiedSecond[j, i])) / total) - (mean * other);
                    }
                }
            }

            from = to;
        }

        for (var j = 0; j < size; j++)
        {
            for (var i = 0; i < j; i++)
            {
                information[i, j] = information[j, i];
            }
        }

        return value;
    }

    /// <summary>Breslow's cumulative hazard of the mean record.</summary>
    public List<(double Time, double Hazard)> Baseline(double[] beta)
    {
        var increments = new List<(double Time, double Hazard)>();
        double sum = 0;
        for (var from = 0; from < rows.Length;)
        {
            var to = from;
            var events = 0;
            while (to < rows.Length && times[to].Time.Equals(times[from].Time))
            {
                sum += Math.Exp(Math.Clamp(Dot(rows[to], beta), -500, 500));
                events += times[to].Event ? 1 : 0;
                to++;
            }

            if (events > 0)
            {
                increments.Add((times[from].Time, events / sum));
            }

            from = to;
        }

        increments.Reverse();
        double hazard = 0;
        return increments.ConvertAll(step => (step.Time, hazard += step.Hazard));
    }

    /// <summary>Harrell's concordance; above 3,000 records on an even sample, since it compares pairs.</summary>
    public double Concordance(double[] beta)
    {
        const int most = 3000;
        var scores = Array.ConvertAll(rows, row => Dot(row, beta));
        var count = Math.Min(most, rows.Length);
        int[] sample = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * rows.Length / count))];
        double pairs = 0, agree = 0;
        foreach (var early in sample)
        {
            if (!times[early].Event)
            {
                continue;
            }

            foreach (var late in sample)
            {
                if (times[late].Time > times[early].Time || (times[late].Time.Equals(times[early].Time) && !times[late].Event))
                {
                    pairs++;
                    agree += scores[early] > scores[late] ? 1 : scores[early].Equals(scores[late]) ? 0.5 : 0;
                }
            }
        }

        return pairs > 0 ? agree / pairs : 0.5;
    }

    private void Accumulate(double[] row, double risk, double[] first, double[,] second)
    {
        for (var j = 0; j < size; j++)
        {
            var weighted = risk * row[j];
            first[j] += weighted;
            for (var i = 0; i <= j; i++)
            {
                second[j, i] += weighted * row[i];
            }
        }
    }

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
