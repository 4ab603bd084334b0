using Guanxi.Insight.Forecasts;
using Guanxi.Platform;

namespace Guanxi.Server.Operations;

/// <summary>Takes the week's snapshot of the pipeline once Friday evening has come.</summary>
public sealed class ForecastKeeping(Workspace workspace, ILogger<ForecastKeeping> log) : TickingService(TimeSpan.FromMinutes(5), workspace.Clock, log)
{
    protected override string NotDone => "The week's forecast snapshot was not taken";

    protected override async Task<bool> TickAsync(CancellationToken stopping)
    {
        await ForecastSnapshots.TickAsync(workspace, stopping);
        return false;
    }
}
