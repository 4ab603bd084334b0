using System.CommandLine;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;

namespace Guanxi.Cli;

/// <summary><c>guanxi token create</c>: an API token for a program, printed this once.</summary>
public static class TokenCommand
{
    public static Command Create()
    {
        var user = new Option<string>("--user") { Description = "Whose rights the token has.", Required = true };
        var name = new Option<string>("--name") { Description = "What it is for.", DefaultValueFactory = _ => "command line" };
        var expires = new Option<string?>("--expires") { Description = "Last day, yyyy-MM-dd." };
        var scope = new Option<string[]>("--scope") { Description = "What it may do: * (everything), read, write, export, customers:read …, or a function right such as users.manage. Several are allowed.", DefaultValueFactory = _ => ["*"], AllowMultipleArgumentsPerToken = true };
        var create = new Command("create", "Make a token and print it.") { user, name, expires, scope };
        create.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            DateTimeOffset? until = null;
            if (parsed.GetValue(expires) is { } day)
            {
                until = DateText.TryDate(day, out var date) ? new DateTimeOffset(date.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : throw new RefusedException(Refusal.Invalid("expires", ("应为日期", "This should be a date such as 2027-01-31")));
            }

            var person = UserCommand.Find(workspace, parsed.GetValue(user)!);
            var (_, secret) = await new SignIn(workspace).CreateTokenAsync(workspace.System("cli"), person.Id, parsed.GetValue(name)!, until, TokenScope.Of(parsed.GetValue(scope)!, workspace.Schema), null, cancel);
            Console.WriteLine(secret);
            return 0;
        }));
        return new Command("token", "API tokens.") { create };
    }
}
