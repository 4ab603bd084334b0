using Guanxi.Platform.Identity;

namespace Guanxi.Tests.Platform.Identity;

public sealed class SecretBoxTests
{
    [Fact]
    public void A_sealed_secret_opens_for_its_purpose_and_no_other_and_not_when_touched()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("guanxi-").FullName;
        var text = SecretBox.Open(folder).Seal("JBSWY3DP", "authenticator 1");
        var again = SecretBox.Open(folder);
        Assert.Equal("JBSWY3DP", again.Open(text, "authenticator 1"));
        Assert.Null(again.Open(text, "authenticator 2"));
        var bytes = Convert.FromBase64String(text);
        bytes[^1] ^= 1;
        Assert.Null(again.Open(Convert.ToBase64String(bytes), "authenticator 1"));
        Assert.Null(SecretBox.Open(System.IO.Directory.CreateTempSubdirectory("guanxi-").FullName).Open(text, "authenticator 1"));
    }

    [Fact]
    public void Only_the_owner_reads_the_key()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        var folder = System.IO.Directory.CreateTempSubdirectory("guanxi-").FullName;
        SecretBox.Open(folder);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "keys", "sign-in.key")));
    }

    [Fact]
    public async Task Two_programs_that_start_together_end_with_one_key()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("guanxi-").FullName;
        var boxes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SecretBox.Open(folder))));
        var text = boxes[0].Seal("x", "p");
        Assert.All(boxes, box => Assert.Equal("x", box.Open(text, "p")));
    }
}
