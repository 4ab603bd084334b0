using System.CommandLine;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Cli.Exchange;

/// <summary>In whose name a command on data works.</summary>
internal static class Acting
{
    public static Option<string?> User { get; } = new("--user") { Description = "User name in whose name and with whose rights to work; without it the program itself." };

    public static Actor Actor(Workspace workspace, ParseResult parsed) =>
        parsed.GetValue(User) is { } name ? workspace.ActorFor(UserCommand.Find(workspace, name), "cli") : workspace.System("cli");

    /// <summary>A record type by its name.</summary>
    public static RecordType Type(Workspace workspace, string name) => workspace.Schema.Find(name)
        ?? throw new RefusedException(Refusal.Invalid("type", RecordRefusals.UnknownField(name, Nearest.To(name, workspace.Schema.Types.Select(type => type.Name)))));
}
