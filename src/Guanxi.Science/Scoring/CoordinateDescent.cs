namespace Guanxi.Science.Scoring;

/// <summary>The penalised Newton step: minimises ½dᵀHd − gᵀd + n·penalty(β + d) over d, one coordinate at a time.</summary>
internal static class CoordinateDescent
{
    public static double[] Step(double[,] information, double[] gradient, double[] beta, ElasticNetPenalty penalty, int rows)
    {
        var size = beta.Length;
        var step = new double[size];
        // gradient − H·d, kept up to date.
        var residual = (double[])gradient.Clone();
        double lasso = rows * penalty.Strength * penalty.Mixing, ridge = rows * penalty.Strength * (1 - penalty.Mixing);
        for (var sweep = 0; sweep < 1000; sweep++)
        {
            double largest = 0;
            // Every tenth sweep looks at all coordinates, the others only at those that are not zero.
            var full = sweep % 10 == 0;
            for (var j = 0; j < size; j++)
            {
                var curvature = information[j, j];
                if (curvature <= 0 || (!full && j > 0 && beta[j] + step[j] == 0))
                {
                    continue;
                }

                var now = beta[j] + step[j];
                var target = (curvature * now) + residual[j];
                var next = j == 0 ? target / curvature : Shrink(target, lasso) / (curvature + ridge);
                var move = next - now;
                if (move == 0)
                {
                    continue;
                }

                step[j] += move;
                largest = Math.Max(largest, curvature * move * move);
                for (var k = 0; k < size; k++)
                {
                    residual[k] -= information[k, j] * move;
                }
            }

            if (largest < 1e-9 * rows)
            {
                if (full)
                {
                    break;
                }

                // Settled on the active set: the next sweep must be a full one.
                sweep += 9 - (sweep % 10);
            }
        }

        return step;
    }

    private static double Shrink(double value, double by) => value > by ? value - by : value < -by ? value + by : 0;
}
