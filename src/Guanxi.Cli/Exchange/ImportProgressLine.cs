using System.Diagnostics;
using Guanxi.Platform.Exchange;

namespace Guanxi.Cli.Exchange;

/// <summary>One line on the terminal that counts up; a few times a second at most.</summary>
internal sealed class ImportProgressLine : IProgress<ImportProgress>
{
    private readonly Stopwatch since = Stopwatch.StartNew();
    private TimeSpan last;

    public void Report(ImportProgress value)
    {
        if (since.Elapsed - last < TimeSpan.FromMilliseconds(250) && value.Rows < value.Total)
        {
            return;
        }

        last = since.Elapsed;
        Console.Error.Write($"\r{value.Rows} of {value.Total} rows ");
        if (value.Rows >= value.Total)
        {
            Console.Error.Write("\r" + new string(' ', 40) + "\r");
        }
    }
}
