using Guanxi.Faults.World;
using Guanxi.Tests.World;

namespace Guanxi.Faults;

/// <summary>The power goes: what was not flushed to the disk is gone. On a file system of our own, cut off beneath a running server.</summary>
public sealed class PowerCutTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_power_goes()
    {
        foreach (var kind in Form.Long && File.Exists("/usr/sbin/mkfs.xfs") ? new[] { "ext4", "xfs" } : ["ext4"])
        {
            using var disk = Disk.OnLoop(kind, kind == "xfs" ? 512 : 256);
            var folder = Path.Combine(disk.Folder, "data");
            using var clerks = new Clerks(await ServingProgram.TokenAsync(Directory.CreateDirectory(folder).FullName));
            var random = new Random(7);
            for (var cycle = 0; cycle < Form.Of(3, 100); cycle++)
            {
                await CutAsync(disk, folder, clerks, 20 + random.Next(150), null);
                await Books.InOrderAsync(folder, null, clerks);
            }
        }
    }

    /// <summary>A disk that says it has written and has not; and SQLite's log left to the system, as synchronous=NORMAL does: with either, the same test finds losses.</summary>
    [Theory]
    [InlineData(Shim.Mode.Lie)]
    [InlineData(Shim.Mode.LieAboutLog)]
    public async Task With_a_disk_that_lies_the_same_cut_loses_writes_and_the_test_sees_it(Shim.Mode lie)
    {
        using var shim = new Shim();
        using var disk = Disk.OnLoop();
        var folder = Path.Combine(disk.Folder, "data");
        using var clerks = new Clerks(await ServingProgram.TokenAsync(Directory.CreateDirectory(folder).FullName));
        var wrong = new List<string>();
        for (var cycle = 0; cycle < 5 && wrong.Count == 0; cycle++)
        {
            shim.Set(lie);
            await CutAsync(disk, folder, clerks, 200, shim);
            wrong = await Books.WrongAsync(folder, null, clerks);
        }

        Assert.True(shim.Hits > 0, "nothing was to be flushed");
        Assert.NotEmpty(wrong);
    }

    private static async Task CutAsync(Disk disk, string folder, Clerks clerks, int writes, Shim? shim)
    {
        await using var server = await ServingProgram.StartAsync(folder, shim: shim);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var work = clerks.WorkAsync(server.Address, stop.Token);
        await clerks.ReachAsync(writes, work);

        // First nobody computes any more, then the disk stands still: as the other way round, an answer could be given for what the dying file system only seems to have taken.
        server.Freeze();
        disk.CutPower();
        await server.KillAsync();
        await stop.CancelAsync();
        await work;
        disk.ComeUpAgain();
    }
}
