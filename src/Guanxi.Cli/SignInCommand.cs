using System.CommandLine;
using Guanxi.Platform.Identity;

namespace Guanxi.Cli;

/// <summary><c>guanxi sign-in policy|open-networks</c>: for the hour when nobody gets in any more.</summary>
public static class SignInCommand
{
    public static Command Create() => new("sign-in", "The rules of signing in.") { Policy(), OpenNetworks() };

    private static Command Policy()
    {
        var command = new Command("policy", "Print the rules in force as JSON.");
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            Console.WriteLine((await new SignIn(workspace).PolicyAsync(cancel)).ToJson());
            return 0;
        }));
        return command;
    }

    private static Command OpenNetworks()
    {
        var command = new Command("open-networks", "Let every role work from every network again.");
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var signIn = new SignIn(workspace);
            var policy = await signIn.PolicyAsync(cancel);
            await signIn.ChangePolicyAsync(workspace.System("cli"), policy with { Networks = new Dictionary<Guid, IReadOnlyList<string>>() }, null, cancel);
            return 0;
        }));
        return command;
    }
}
