using System.Diagnostics;
using Guanxi.Platform.Ledger;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Ledger;

/// <summary>The verifier that was written from the description alone agrees with the program, on what is whole and on what is not.</summary>
public sealed class IndependentVerifierTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task A_verifier_without_our_code_finds_what_it_should(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行 \"引号\" \\ 😀", new { phone = "13800138000" });
        await company.Workspace.WriteAsync(company.Program, context =>
        {
            Enumerable.Range(0, 700).ToList().ForEach(at => context.Note($"probe {at}", "customers", customer.Id));
            return Task.CompletedTask;
        }, cancel: Cancel);
        using var keys = LedgerKeys.Open(company.Workspace.Folder);
        var made = (await Checkpoints.MakeAsync(company.Workspace, keys, now: true, Cancel))!;
        await company.CustomerAsync(company.ZhangWei, "之后");
        string Place(string name) => Path.Combine(company.Workspace.Folder, name);
        var (entries, checkpoint, key) = (Place("entries.jsonl"), Place("checkpoints"), Directory.GetFiles(Place("keys"), "*.pub.pem").Single());
        await File.WriteAllTextAsync(checkpoint, made.Note + "\n", Cancel);
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        await LedgerExport.WriteAsync(session, entries, withValues: true, Cancel);
        var (status, output) = await RunAsync("--entries", entries, "--checkpoint", checkpoint, "--key", key);
        Assert.True(status == 0, output);
        Assert.Contains(Convert.ToBase64String((await new LedgerTree(session).FrontierAsync(Cancel)).Root()), output, StringComparison.Ordinal);

        foreach (var (name, proof) in new[] { ("in", await LedgerProof.OfEntryAsync(session, 300, cancel: Cancel)), ("grown", await LedgerProof.OfGrowthAsync(session, 300, made.Size, Cancel)) })
        {
            await File.WriteAllTextAsync(Place(name), proof!.ToJson(), Cancel);
            Assert.Equal(0, (await RunAsync("--proof", Place(name), "--key", key)).Status);
            await File.WriteAllTextAsync(Place(name), (proof with { Path = [.. proof.Path.Reverse()] }).ToJson(), Cancel);
            Assert.Equal(1, (await RunAsync("--proof", Place(name), "--key", key)).Status);
        }

        var lines = await File.ReadAllLinesAsync(entries, Cancel);
        foreach (var (what, altered) in new (string, IEnumerable<string>)[]
        {
            ("changed", lines.Select((line, at) => at == 20 ? line.Replace("长沙", "上海", StringComparison.Ordinal).Replace("probe", "other", StringComparison.Ordinal) : line)),
            ("removed", lines.Where((_, at) => at != 40)),
            ("swapped", lines.Select((line, at) => at == 50 ? lines[51] : at == 51 ? lines[50] : line)),
            ("cut off", lines.Take(600)),
            ("inserted", lines.Take(60).Append(lines[59]).Concat(lines.Skip(60))),
        })
        {
            await File.WriteAllLinesAsync(entries, altered, Cancel);
            var (bad, said) = await RunAsync("--entries", entries, "--checkpoint", checkpoint, "--key", key);
            Assert.True(bad == 1, $"{what}: {said}");
        }
    }

    private static async Task<(int Status, string Output)> RunAsync(params string[] arguments)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Guanxi.slnx")))
        {
            folder = folder.Parent;
        }

        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder.FullName, "tools", "ledger-verify.mjs"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var output = node.StandardOutput.ReadToEndAsync(Cancel);
        var errors = await node.StandardError.ReadToEndAsync(Cancel);
        await node.WaitForExitAsync(Cancel);
        return (node.ExitCode, await output + errors);
    }
}
