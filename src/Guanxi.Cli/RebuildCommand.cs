using System.CommandLine;
using Guanxi.Platform.Search;

namespace Guanxi.Cli;

/// <summary><c>guanxi rebuild [TYPE]</c>: writes search terms and matching keys anew, a thousand records at a time, while the company goes on working.</summary>
public static class RebuildCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("TYPE") { Description = "Records of one kind, such as customers; all that are searched when it is left out.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("rebuild", "Write the search index and the keys of duplicate matching anew.") { name };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var wanted = parsed.GetValue(name);
            var types = workspace.Schema.Types.Where(type => type.HasSearch && (wanted is null || type.Name == wanted)).ToList();
            if (types.Count == 0)
            {
                await Console.Error.WriteLineAsync($"There is no searched kind of record called {wanted}: {string.Join(", ", workspace.Schema.Types.Where(type => type.HasSearch).Select(type => type.Name))}.");
                return 2;
            }

            foreach (var type in types)
            {
                for (long? last = 0; last is { } after;)
                {
                    last = await workspace.Database.WriteAsync(session => SearchIndex.RebuildPartAsync(session, type, after, cancel), cancel);
                }

                Console.WriteLine($"{type.Name}: rebuilt");
            }

            return 0;
        }));
        return command;
    }
}
