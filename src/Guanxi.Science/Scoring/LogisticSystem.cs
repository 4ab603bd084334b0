using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.Scoring;

/// <summary>Negative log-likelihood, gradient and information of a logistic regression in standardised terms, gathered from sparse rows.</summary>
internal sealed class LogisticSystem
{
    private const int ChunkSize = 4096;
    private readonly DesignMatrix matrix;
    private readonly double[] outcomes;

    public LogisticSystem(DesignMatrix matrix, IReadOnlyList<bool> outcomes)
    {
        this.matrix = matrix;
        this.outcomes = outcomes.Select(outcome => outcome ? 1.0 : 0).ToArray();
    }

    public IReadOnlyList<DesignTerm> Terms => matrix.Terms;

    public int Rows => matrix.Rows;

    public void Standardise(double intercept, double[] coefficients, double[] beta)
    {
        beta[0] = intercept;
        for (var j = 0; j < coefficients.Length; j++)
        {
            beta[j + 1] = coefficients[j] * Terms[j].Deviation;
            beta[0] += coefficients[j] * Terms[j].Mean;
        }
    }

    public (double Intercept, double[] Coefficients) Destandardise(double[] beta)
    {
        var coefficients = Terms.Select((term, j) => beta[j + 1] / term.Deviation).ToArray();
        return (beta[0] - Terms.Select((term, j) => coefficients[j] * term.Mean).Sum(), coefficients);
    }

    /// <summary>Value, gradient of the log-likelihood (uphill) and information matrix.</summary>
    public double Evaluate(double[] beta, out double[] gradient, out double[,] information)
    {
        var size = beta.Length;
        var (intercept, coefficients) = Destandardise(beta);
        var chunks = (Rows + ChunkSize - 1) / ChunkSize;
        var parts = new (double Value, double[] Gradient, double[] Products)[chunks];
        void Run(int chunk)
        {
            var sumGradient = new double[size];
            var products = new double[size * size];
            double sum = 0;
            for (var row = chunk * ChunkSize; row < Math.Min(Rows, (chunk + 1) * ChunkSize); row++)
            {
                var score = matrix.Score(row, intercept, coefficients);
                var p = Sigmoid(score);
                sum += outcomes[row] > 0 ? Softplus(-score) : Softplus(score);
                double residual = outcomes[row] - p, weight = p * (1 - p);
                sumGradient[0] += residual;
                products[0] += weight;
                for (var i = matrix.Starts[row]; i < matrix.Starts[row + 1]; i++)
                {
                    int j = matrix.Indices[i] + 1;
                    var value = matrix.Values[i];
                    sumGradient[j] += residual * value;
                    products[j * size] += weight * value;
                    var scaled = weight * value;
                    for (var k = matrix.Starts[row]; k <= i; k++)
                    {
                        products[(j * size) + matrix.Indices[k] + 1] += scaled * matrix.Values[k];
                    }
                }
            }

            parts[chunk] = (sum, sumGradient, products);
        }

        if (chunks == 1)
        {
            Run(0);
        }
        else
        {
            Parallel.For(0, chunks, Run);
        }

        return Standardised(parts, size, out gradient, out information);
    }

    private double Standardised((double Value, double[] Gradient, double[] Products)[] parts, int size, out double[] gradient, out double[,] information)
    {
        double value = 0;
        var raw = new double[size];
        var products = new double[size * size];
        foreach (var part in parts)
        {
            value += part.Value;
            for (var j = 0; j < size; j++)
            {
                raw[j] += part.Gradient[j];
            }

            for (var j = 0; j < products.Length; j++)
            {
                products[j] += part.Products[j];
            }
        }

        // Entries of a row are stored in any order of terms, so either triangle may hold a pair.
        for (var j = 0; j < size; j++)
        {
            for (var k = 0; k < j; k++)
            {
                products[(j * size) + k] = products[(k * size) + j] = products[(j * size) + k] + products[(k * size) + j];
            }
        }

        gradient = new double[size];
        information = new double[size, size];
        gradient[0] = raw[0];
        information[0, 0] = products[0];
        for (var j = 1; j < size; j++)
        {
            var (mean, deviation) = (Terms[j - 1].Mean, Terms[j - 1].Deviation);
            gradient[j] = (raw[j] - (mean * raw[0])) / deviation;
            information[0, j] = information[j, 0] = (products[j] - (mean * products[0])) / deviation;
            for (var k = 1; k <= j; k++)
            {
                var (otherMean, otherDeviation) = (Terms[k - 1].Mean, Terms[k - 1].Deviation);
                var centred = products[(j * size) + k] - (mean * products[k]) - (otherMean * products[j]) + (mean * otherMean * products[0]);
                information[j, k] = information[k, j] = centred / (deviation * otherDeviation);
            }
        }

        return value;
    }

    /// <summary>The intercept and the terms that are not linear combinations of earlier ones, by a Cholesky decomposition that skips them.</summary>
    public int[] IndependentTerms()
    {
        Evaluate(new double[Terms.Count + 1], out _, out var products);
        return DenseSolver.Independent(products);
    }

    /// <summary>Delta method from standardised to natural terms.</summary>
    public void StandardErrors(double[,] covariance, int[] active, double?[] errors)
    {
        var size = active.Length;
        double variance = covariance[0, 0];
        for (var i = 1; i < size; i++)
        {
            var term = Terms[active[i] - 1];
            errors[active[i]] = Finite(Math.Sqrt(covariance[i, i]) / term.Deviation);
            var shift = term.Mean / term.Deviation;
            variance -= 2 * shift * covariance[0, i];
            for (var k = 1; k < size; k++)
            {
                var other = Terms[active[k] - 1];
                variance += shift * other.Mean / other.Deviation * covariance[i, k];
            }
        }

        errors[0] = Finite(Math.Sqrt(Math.Max(0, variance)));
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
