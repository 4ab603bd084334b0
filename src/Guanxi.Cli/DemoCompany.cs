using Guanxi.Platform;
using Guanxi.Platform.Identity;
using Guanxi.Rollout.Samples;

namespace Guanxi.Cli;

/// <summary>Loads the sample company into empty data and says how to sign in.</summary>
public static class DemoCompany
{
    /// <summary>Everybody's password in the sample company; it is for looking around on one's own machine.</summary>
    private const string Password = "guanxi-demo-2026";

    public static async Task LoadAsync(Workspace workspace, CancellationToken cancel)
    {
        if (Setup.Needed(workspace))
        {
            Console.WriteLine("Loading the sample company …");
            var signIn = new SignIn(workspace);
            await SampleCompany.LoadAsync(workspace, workspace.Now, (context, user, _) => signIn.SetPasswordAsync(context, user, Password, cancel), cancel: cancel);
        }
        else if (!SampleCompany.People.All(sample => workspace.Directory.People.Any(person => person.UserName == sample.UserName)))
        {
            Console.WriteLine("This data already has people: --demo loads into an empty directory only.");
            return;
        }

        Console.WriteLine($"Sign in as one of these, password {Password}:");
        foreach (var person in SampleCompany.People)
        {
            Console.WriteLine($"  {person.UserName,-14} {person.Name}  {person.Role}, {person.Team}");
        }
    }
}
