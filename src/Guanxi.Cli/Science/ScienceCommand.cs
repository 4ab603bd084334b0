using System.CommandLine;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science …</c>: the library's methods on an analyst's own files.</summary>
public static class ScienceCommand
{
    public static Command Create() => new("science", "Statistics on your own files: customer value, scores, segments.")
    {
        ClvCommand.Create(),
        RfmCommand.Create(),
        TransitionsCommand.Create(),
        ClassifyCommand.Create(),
        SurvivalCommand.Create(),
        MatchCommand.Create(),
        RulesCommand.Create(),
        ClusterCommand.Create(),
        ForecastCommand.Create(),
        ProcessCommand.Create(),
    };
}
