namespace Guanxi.Tests.World;

/// <summary>How much is done: the short form runs with every test, the long one (<c>./guanxi test --long</c>) overnight.</summary>
public static class Form
{
    public static bool Long { get; } = Environment.GetEnvironmentVariable("GUANXI_TEST_LONG") == "1";

    public static int Of(int brief, int whole) => Long ? whole : brief;
}
