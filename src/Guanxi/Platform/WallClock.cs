namespace Guanxi.Platform;

/// <summary>Spans by the wall clock, which somebody may set back: a moment that lies ahead of now is one that is long past, or what waits for it would wait for years.</summary>
public static class WallClock
{
    /// <summary>Whether at least <paramref name="span"/> lies between the moment and now, in either direction.</summary>
    public static bool IsPast(this DateTimeOffset moment, TimeSpan span, DateTimeOffset now) => (now - moment).Duration() >= span;
}
