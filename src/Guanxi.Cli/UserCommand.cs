using System.CommandLine;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;

namespace Guanxi.Cli;

/// <summary><c>guanxi user add|list|disable|enable|reset|reset-password|reset-factors|sign-out</c>.</summary>
public static class UserCommand
{
    private static readonly Option<bool> PasswordFromInput = new("--password-stdin") { Description = "Read the password from standard input." };

    public static Command Create() => new("user", "People who may sign in.") { Add(), List(), Active("disable", active: false), Active("enable", active: true), Reset(), ResetPassword(), ResetFactors(), SignOut() };

    private static Command Add()
    {
        var name = new Argument<string>("name") { Description = "User name to sign in with." };
        var role = new Option<string>("--role") { Description = "administrator, manager, seller, agent, marketer or analyst.", Required = true };
        var team = new Option<string?>("--team") { Description = "Team by name; made when there is none." };
        var full = new Option<string?>("--name") { Description = "Name to show; the user name otherwise." };
        var command = new Command("add", "Add a person.") { name, role, team, full, PasswordFromInput };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var password = parsed.GetValue(PasswordFromInput) ? await Console.In.ReadLineAsync(cancel) : null;
            if (password is not null)
            {
                SignIn.CheckStrength(password);
            }

            var userName = parsed.GetValue(name)!;
            var id = await workspace.WriteAsync(
                workspace.System("cli"),
                async context =>
                {
                    var user = await People.AddAsync(context, parsed.GetValue(full) ?? userName, userName, parsed.GetValue(role)!, parsed.GetValue(team), cancel);
                    if (password is not null)
                    {
                        await new SignIn(workspace).SetPasswordAsync(context, user.Id, password, cancel);
                    }

                    return user.Id;
                },
                cancel: cancel);
            Console.WriteLine(id);
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List people.") { CommandLine.Json };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var people = workspace.Directory.People.OrderBy(person => person.UserName, StringComparer.Ordinal).Select(person => new
            {
                id = person.Id,
                userName = person.UserName,
                name = person.Name,
                role = workspace.Directory.Role(person.RoleId)?.Key,
                team = workspace.Directory.Team(person.TeamId)?.Name,
                active = person.Active,
            }).ToList();
            Console.WriteLine(parsed.GetValue(CommandLine.Json)
                ? JsonSerializer.Serialize(people, Output.Json)
                : string.Join('\n', people.Select(person => $"{person.userName,-20} {person.role,-14} {person.team,-12} {person.name}{(person.active ? "" : " (disabled)")}")));
            return 0;
        }));
        return command;
    }

    private static Command Active(string verb, bool active)
    {
        var name = new Argument<string>("name") { Description = "User name." };
        var command = new Command(verb, active ? "Let a person sign in again." : "Stop a person from signing in; sessions and tokens end at once.") { name };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var person = Find(workspace, parsed.GetValue(name)!);
            await workspace.WriteAsync(
                workspace.System("cli"),
                async context =>
                {
                    var user = await RecordStore.FindAsync(context.Session, context.Schema["users"], person.Id, cancel) ?? throw new RefusedException(Refusal.NotFound);
                    user["active"] = active;
                    await context.UpdateAsync(user, cancel: cancel);
                },
                cancel: cancel);
            return 0;
        }));
        return command;
    }

    private static Command Reset()
    {
        var name = new Argument<string>("name") { Description = "User name." };
        var command = new Command("reset", "Set a new password, read from standard input.") { name, PasswordFromInput };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var person = Find(workspace, parsed.GetValue(name)!);
            var password = await Console.In.ReadLineAsync(cancel) ?? "";
            await workspace.WriteAsync(workspace.System("cli"), context => new SignIn(workspace).SetPasswordAsync(context, person.Id, password, cancel), cancel: cancel);
            return 0;
        }));
        return command;
    }

    private static Command ResetPassword()
    {
        var name = new Argument<string>("name") { Description = "User name." };
        var url = new Option<string?>("--url") { Description = "Address people open; the link begins with it." };
        var command = new Command("reset-password", "Print a one-time link with which the person chooses a new password.") { name, url };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var person = Find(workspace, parsed.GetValue(name)!);
            var (key, ends) = await new SignIn(workspace).NewPasswordLinkAsync(workspace.System("cli"), person.Id, null, cancel);
            Console.WriteLine($"{(parsed.GetValue(url) ?? CommandLine.Settings(parsed)["Network:PublicUrl"] ?? "http://127.0.0.1:5080").TrimEnd('/')}/reset#{key}");
            await Console.Error.WriteLineAsync($"Works once, until {ends:yyyy-MM-dd HH:mm} UTC. Until it is used the old password still works.");
            return 0;
        }));
        return command;
    }

    private static Command ResetFactors()
    {
        var name = new Argument<string>("name") { Description = "User name." };
        var command = new Command("reset-factors", "Take away authenticator, passkeys and recovery codes of somebody who lost them, and sign the person out.") { name };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            await new SignIn(workspace).ResetFactorsAsync(workspace.System("cli"), Find(workspace, parsed.GetValue(name)!).Id, null, cancel);
            return 0;
        }));
        return command;
    }

    private static Command SignOut()
    {
        var name = new Argument<string>("name") { Description = "User name." };
        var command = new Command("sign-out", "End every session of a person, on every device.") { name };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            await new SignIn(workspace).EndSessionsAsync(workspace.System("cli"), Find(workspace, parsed.GetValue(name)!).Id, only: null, except: null, null, cancel);
            return 0;
        }));
        return command;
    }

    public static Person Find(Workspace workspace, string userName) =>
        workspace.Directory.People.FirstOrDefault(person => string.Equals(person.UserName, userName, StringComparison.OrdinalIgnoreCase))
            ?? throw new RefusedException(Refusal.Invalid("user", new Label($"没有用户“{userName}”", $"There is no user “{userName}”")));
}
