using System.Diagnostics;

namespace Guanxi.Tests.World;

/// <summary>
/// A promise in seconds on a machine that others work on too: the same piece of arithmetic is timed beside it, and the promise is held to that many times longer.
/// On a free machine it is the promise itself.
/// </summary>
public static class Pace
{
    /// <summary>How long the piece takes on the slowest free machine the promises are made for, in seconds.</summary>
    private const double Alone = 0.25;

    /// <summary>How many times longer than alone the machine takes just now; at least 1.</summary>
    public static double Now()
    {
        var began = Stopwatch.GetTimestamp();
        System.Security.Cryptography.SHA256.HashData(new byte[64 << 20]);
        return Math.Max(1, Stopwatch.GetElapsedTime(began).TotalSeconds / Alone);
    }

    /// <summary>Fails when something that was promised within a time took longer, the pace of the machine counted in.</summary>
    public static void Within(TimeSpan promised, TimeSpan took, string what) => Assert.True(took < promised || took < promised * Now(), $"{what} took {took}, promised are {promised}");
}
