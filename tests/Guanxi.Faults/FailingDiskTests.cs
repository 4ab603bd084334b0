using System.Diagnostics;
using System.Net;
using Guanxi.Faults.World;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Faults;

/// <summary>A disk that is full, and one that fails to flush: never an acknowledged write that is not there, always a sentence, and work goes on when the disk does.</summary>
public sealed class FailingDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_writes_with_a_sentence_still_reads_and_goes_on_when_there_is_room()
    {
        using var disk = Disk.InMemory(64);
        var folder = Directory.CreateDirectory(Path.Combine(disk.Folder, "data")).FullName;
        var token = await ServingProgram.TokenAsync(folder);
        using var clerks = new Clerks(token);
        await using var server = await ServingProgram.StartAsync(folder);
        using var client = server.Client(token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var work = clerks.WorkAsync(server.Address, stop.Token, goOn: true);
        for (var round = 0; round < Form.Of(2, 30); round++)
        {
            await clerks.ReachAsync(20, work);
            var refused = clerks.Answers(HttpStatusCode.InsufficientStorage);
            Fill(disk);
            await clerks.UntilAsync(() => clerks.Answers(HttpStatusCode.InsufficientStorage) >= refused + 10);

            Assert.True((await client.ReadAsync("customers?limit=5")).GetProperty("items").GetArrayLength() > 0);
            var began = Stopwatch.GetTimestamp();
            using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[200_000]), "file", "大.bin" } };
            var problem = await (await client.PostAsync($"customers/{clerks.Customers.Keys.First()}/files", form, Cancel)).ProblemAsync(507);
            Assert.EndsWith("/disk-full", problem.GetProperty("type").GetString()!, StringComparison.Ordinal);
            Pace.Within(TimeSpan.FromSeconds(2), Stopwatch.GetElapsedTime(began), "the refusal");
            File.Delete(Filler(disk));
            began = Stopwatch.GetTimestamp();
            await clerks.ReachAsync(5, work);
            Pace.Within(TimeSpan.FromSeconds(5), Stopwatch.GetElapsedTime(began), "writing again");
        }

        await stop.CancelAsync();
        await work;
        Assert.Empty(clerks.Badly);
        await server.KillAsync();
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "files"), "*.part"));
        await Books.InOrderAsync(folder, null, clerks);
    }

    [Fact]
    public async Task With_a_disk_that_hides_being_full_the_same_look_finds_the_loss()
    {
        using var shim = new Shim();
        using var disk = Disk.InMemory(64);
        var folder = Directory.CreateDirectory(Path.Combine(disk.Folder, "data")).FullName;
        using var clerks = new Clerks(await ServingProgram.TokenAsync(folder));
        var wrong = new List<string>();

        // What is swallowed may belong to a write that was not acknowledged, or have room in the log after all: then there is nothing to find, and the next round tries again.
        for (var round = 0; round < 10 && wrong.Count == 0; round++)
        {
            await using (var server = await ServingProgram.StartAsync(folder, shim: shim))
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                var work = clerks.WorkAsync(server.Address, stop.Token);
                await clerks.ReachAsync(20, work);
                shim.Set(Shim.Mode.Swallow);
                Fill(disk);
                var (struck, before) = (shim.Hits, clerks.Acknowledged);
                await clerks.UntilAsync(() => shim.Hits >= struck + 20 || clerks.Acknowledged >= before + 400, work);
                (before, var refused) = (clerks.Acknowledged, Refused(clerks));
                await clerks.UntilAsync(() => clerks.Acknowledged >= before + 10 || Refused(clerks) >= refused + 10, work);
                await stop.CancelAsync();
                await server.KillAsync();
                await work;
            }

            shim.Set(Shim.Mode.None);
            File.Delete(Filler(disk));
            wrong = await Books.WrongAsync(folder, null, clerks);
        }

        Assert.True(shim.Hits > 0, "the disk was not full");
        Assert.NotEmpty(wrong);
    }

    private static int Refused(Clerks clerks) => clerks.AnswersBut(HttpStatusCode.Created, HttpStatusCode.OK);

    /// <summary>Flushing fails at one moment after the other, then for good, then no more.</summary>
    [Fact]
    public async Task A_disk_that_fails_to_flush_gets_no_write_acknowledged()
    {
        using var shim = new Shim();
        var folder = Directory.CreateTempSubdirectory("guanxi-eio-").FullName;
        using var clerks = new Clerks(await ServingProgram.TokenAsync(folder));
        await using (var server = await ServingProgram.StartAsync(folder, shim: shim))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var work = clerks.WorkAsync(server.Address, stop.Token, goOn: true);
            for (var n = 0; n < Form.Of(25, 400); n++)
            {
                shim.Set(Shim.Mode.FailOnce, n % 13);
                var hits = shim.Hits;
                await clerks.UntilAsync(() => shim.Hits > hits);
            }

            await clerks.ReachAsync(10, work);
            Assert.Equal(0, await AcknowledgedDuringAsync(shim, Shim.Mode.FailFrom, clerks));
            shim.Set(Shim.Mode.None);
            await clerks.ReachAsync(10, work);
            await stop.CancelAsync();
            await work;
            Assert.Equal(0, clerks.AnswersBut(HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable));
            Assert.Empty(clerks.Badly);
            await server.KillAsync();
        }

        await Books.InOrderAsync(folder, null, clerks);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_disk_that_hides_the_failure_gets_writes_acknowledged_and_the_test_sees_it()
    {
        using var shim = new Shim();
        var folder = Directory.CreateTempSubdirectory("guanxi-eio-").FullName;
        using var clerks = new Clerks(await ServingProgram.TokenAsync(folder));
        await using (var server = await ServingProgram.StartAsync(folder, shim: shim))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var work = clerks.WorkAsync(server.Address, stop.Token, goOn: true);
            await clerks.ReachAsync(10, work);
            Assert.True(await AcknowledgedDuringAsync(shim, Shim.Mode.Lie, clerks) > 0);
            await stop.CancelAsync();
            await work;
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Writes acknowledged while every flush goes wrong; those under way when it begins are not counted.</summary>
    private static async Task<int> AcknowledgedDuringAsync(Shim shim, Shim.Mode mode, Clerks clerks)
    {
        shim.Set(mode);
        var begun = shim.Hits;
        await clerks.UntilAsync(() => shim.Hits >= begun + 40);
        var (before, since) = (clerks.Acknowledged, shim.Hits);
        await clerks.UntilAsync(() => shim.Hits >= since + 60);
        return clerks.Acknowledged - before;
    }

    private static string Filler(Disk disk) => Path.Combine(disk.Folder, "filler");

    /// <summary>Takes what room is left.</summary>
    private static void Fill(Disk disk)
    {
        using var file = new FileStream(Filler(disk), FileMode.Create, FileAccess.Write, FileShare.None, 0);
        foreach (var size in new[] { 1 << 20, 4096 })
        {
            try
            {
                for (var bytes = new byte[size]; ;)
                {
                    file.Write(bytes);
                }
            }
            catch (IOException)
            {
                // Full for pieces of this size.
            }
        }
    }
}
