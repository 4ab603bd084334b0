using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;

namespace Guanxi.Bench.Company;

/// <summary>Puts the synthetic company into a database, or finds it there from an earlier run with the same parameters.</summary>
public sealed class CompanyLoader(string folder, string connectionString, CompanySize size, Action<string> say)
{
    private const string ParametersSetting = "bench.parameters";
    private const int RowsPerBatch = 2000;
    private static readonly string[] HeadRoles = ["administrator", "manager", "agent", "marketer", "analyst"];

    /// <param name="Password">Of the first seller.</param>
    /// <param name="Took">How long loading took; null when it was there.</param>
    public sealed record Loaded(IReadOnlyList<BenchPerson> People, string Password, TimeSpan? Took);

    public async Task<Loaded> EnsureAsync(CancellationToken cancel)
    {
        System.IO.Directory.CreateDirectory(folder);
        var wanted = Parameters();
        await RemoveOtherAsync(wanted, cancel);
        await using var workspace = await OpenAsync(cancel);
        if (await SettingAsync(workspace, ParametersSetting, cancel) is { } found)
        {
            return found == wanted
                ? new Loaded(People(workspace), await NewPasswordAsync(workspace, cancel), null)
                : throw new InvalidOperationException($"This database holds another synthetic company ({found}). Give an empty one.");
        }

        if (workspace.Directory.People.Any())
        {
            throw new InvalidOperationException("This database has people but no finished synthetic company. The bench measures only data that it has made itself: choose another place with --data, or remove it.");
        }

        var started = TimeProvider.System.GetTimestamp();
        await File.WriteAllTextAsync(Marker, "loading", cancel);
        await AddPeopleAsync(workspace, cancel);
        await LoadAsync(workspace, cancel);
        say("  planner's statistics");
        await workspace.Database.AnalyzeAsync(cancel);
        await workspace.Database.WriteAsync(
            async session =>
            {
                await Settings.PutAsync(session, "company", "Synthetic company", cancel);
                await Settings.PutAsync(session, ParametersSetting, wanted, cancel);
            },
            cancel);
        await File.WriteAllTextAsync(Marker, wanted, cancel);
        return new Loaded(People(workspace), await NewPasswordAsync(workspace, cancel), TimeProvider.System.GetElapsedTime(started));
    }

    private string Marker => Path.Combine(folder, "synthetic-company.json");

    /// <summary>A SQLite file that an earlier run made with other parameters makes way; nobody else's ever does.</summary>
    private async Task RemoveOtherAsync(string wanted, CancellationToken cancel)
    {
        if (!connectionString.Contains("Host=", StringComparison.OrdinalIgnoreCase) && File.Exists(Marker) && await File.ReadAllTextAsync(Marker, cancel) != wanted)
        {
            say("The synthetic company there is unfinished or of other parameters: making it anew.");
            foreach (var file in System.IO.Directory.EnumerateFiles(folder, "guanxi.db*"))
            {
                File.Delete(file);
            }
        }
    }

    private Task<Workspace> OpenAsync(CancellationToken cancel) => Workspace.OpenAsync(GuanxiDatabase.Open(connectionString), folder, TimeProvider.System, cancel: cancel);

    /// <summary>The size, and the tables it was loaded into: other columns or indexes make other figures.</summary>
    private string Parameters()
    {
        var assembly = typeof(GuanxiDatabase).Assembly;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("migrations/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            hash.AppendData(Encoding.UTF8.GetBytes(reader.ReadToEnd()));
        }

        return JsonSerializer.Serialize(new { size, schema = Convert.ToHexStringLower(hash.GetHashAndReset())[..12] });
    }

    private static async Task<string?> SettingAsync(Workspace workspace, string name, CancellationToken cancel)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        return await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {name}"), cancel);
    }

    /// <summary>Twelve teams in three levels with five people each; the first leads, the others of all but the head office sell.</summary>
    private async Task AddPeopleAsync(Workspace workspace, CancellationToken cancel)
    {
        for (var team = 0; team < size.Teams; team++)
        {
            var number = team;
            await workspace.WriteAsync(
                workspace.System("cli"),
                async context =>
                {
                    var node = context.Schema["teams"].Create(context.Schema["teams"]);
                    node["name"] = $"团队 {number}";
                    node["parent"] = number == 0 ? null : TeamNumbered(workspace, number < 4 ? 0 : 1 + (number % 3));
                    await context.InsertAsync(node, cancel);
                },
                cancel: cancel);
            for (var place = 0; place < size.PeopleEachTeam; place++)
            {
                var at = (team * size.PeopleEachTeam) + place;
                var role = team == 0 ? HeadRoles[place % HeadRoles.Length] : place == 0 ? "manager" : "seller";
                await workspace.WriteAsync(
                    workspace.System("cli"),
                    context => Guanxi.Platform.Identity.People.AddAsync(context, $"员工 {at}", $"bench{at:00}", role, $"团队 {number}", cancel),
                    cancel: cancel);
            }
        }
    }

    /// <summary>For one seller, to sign in to the page with; a new one each run.</summary>
    private static async Task<string> NewPasswordAsync(Workspace workspace, CancellationToken cancel)
    {
        var password = SignIn.NewSecret("");
        var seller = People(workspace).First(person => person.Role == "seller");
        await workspace.WriteAsync(workspace.System("cli"), context => new SignIn(workspace).SetPasswordAsync(context, seller.Id, password, cancel), cancel: cancel);
        return password;
    }

    private static Guid TeamNumbered(Workspace workspace, int number) => workspace.Directory.Teams.First(team => team.Name == $"团队 {number}").Id;

    private static List<BenchPerson> People(Workspace workspace) => [.. workspace.Directory.People.OrderBy(person => person.UserName, StringComparer.Ordinal)
        .Select(person => new BenchPerson(person.Id, person.UserName, workspace.Directory.Role(person.RoleId)!.Key, int.Parse(workspace.Directory.Team(person.TeamId)!.Name.Split(' ')[1])))];

    private async Task LoadAsync(Workspace workspace, CancellationToken cancel)
    {
        var people = People(workspace);
        var company = new SyntheticCompany(size, workspace.Schema, [.. people.Where(person => person.Team > 0)], workspace.Now);
        await using IBulkLoader loader = workspace.Database.Dialect.IsSqlite ? new SqliteBulkLoader(connectionString) : new PostgresBulkLoader(connectionString);
        await loader.BeginAsync(["customer", "contact", "activity", "ledger", "access_grant"], cancel);
        await TableAsync(loader, SyntheticCompany.CustomerTable, company.Customers(), cancel);
        await TableAsync(loader, SyntheticCompany.ContactTable, company.Contacts(), cancel);
        await TableAsync(loader, SyntheticCompany.ActivityTable, company.Activities(), cancel);
        await TableAsync(loader, SyntheticCompany.GrantTable, company.Grants(people, [.. workspace.Directory.Teams.OrderBy(team => team.Name, StringComparer.Ordinal).Select(team => team.Id)]), cancel);
        (long Sequence, byte[] Hash) head;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            head = await session.FirstAsync(Sql.Of($"SELECT seq, hash FROM ledger_head WHERE one = 1"), row => (row.Integer(0), row.Bytes(1)), cancel);
        }

        await TableAsync(loader, SyntheticCompany.LedgerTable, company.Ledger(head.Sequence, head.Hash, (sequence, hash) => head = (sequence, hash)), cancel);
        await loader.FinishAsync(name => say($"  index {name}"), cancel);
        say("  tree of the ledger");
        await workspace.Database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(Sql.Of($"UPDATE ledger_head SET seq = {head.Sequence}, hash = {head.Hash} WHERE one = 1"), cancel);
                await LedgerBook.GrowTreeAsync(session, cancel);
            },
            cancel);
    }

    /// <summary>Makes rows on one core and writes them on another.</summary>
    private async Task TableAsync(IBulkLoader loader, BulkTable table, IEnumerable<BulkRow> rows, CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        var channel = Channel.CreateBounded<IReadOnlyList<BulkRow>>(8);
        var count = 0L;
        var making = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var batch in rows.Chunk(RowsPerBatch))
                    {
                        count += batch.Length;
                        await channel.Writer.WriteAsync(batch, cancel);
                    }

                    channel.Writer.Complete();
                }
                catch (Exception error)
                {
                    channel.Writer.Complete(error);
                    throw;
                }
            },
            cancel);
        await loader.LoadAsync(table, channel.Reader.ReadAllAsync(cancel), cancel);
        await making;
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        say($"  {count:N0} rows into {table.Name} in {seconds:0} s");
    }
}
