using Guanxi.Platform;

namespace Guanxi.Cli;

/// <summary>Loads the sample company and says how to sign in.</summary>
public static class DemoCompany
{
    public static Task LoadAsync(Workspace workspace, CancellationToken cancel)
    {
        _ = (workspace, cancel);
        return Task.CompletedTask;
    }
}
