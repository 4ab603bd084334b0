using Guanxi.Customers.Quality;
using Guanxi.Platform;

namespace Guanxi.Server.Operations;

/// <summary>Judges what has changed, what is due, and the whole base when it is to be gone over.</summary>
public sealed class QualityKeeping(Workspace workspace, ILogger<QualityKeeping> log) : TickingService(TimeSpan.FromSeconds(2), workspace.Clock, log)
{
    protected override string NotDone => "The quality of the data was not brought up to date";

    protected override Task<bool> TickAsync(CancellationToken stopping) => QualityKeeper.TickAsync(workspace, stopping);
}
