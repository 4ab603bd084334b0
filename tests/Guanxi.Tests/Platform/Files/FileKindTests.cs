using System.Text;
using Guanxi.Platform.Files;

namespace Guanxi.Tests.Platform.Files;

public sealed class FileKindTests
{
    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452", "image/png")]
    [InlineData("FFD8FFE000104A46494600", "image/jpeg")]
    [InlineData("474946383961", "image/gif")]
    [InlineData("524946460000000057454250", "image/webp")]
    [InlineData("255044462D312E37", "application/pdf")]
    [InlineData("504B0304", "application/zip")]
    [InlineData("89504E47", FileKind.Bytes)]
    [InlineData("", FileKind.Bytes)]
    public void The_first_bytes_say_what_it_is(string head, string kind) => Assert.Equal(kind, FileKind.Of(Convert.FromHexString(head)));

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>")]
    [InlineData("<!DOCTYPE html><script>alert(1)</script>")]
    [InlineData("GIF88a/*<script>*/")]
    [InlineData("MZ\u0090")]
    [InlineData("#!/bin/sh")]
    [InlineData("RIFF0000WAVE")]
    public void What_could_run_is_only_bytes(string text) => Assert.Equal(FileKind.Bytes, FileKind.Of(Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData("合同.pdf", "合同.pdf")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\Users\\x\\报价 (1).xlsx", "报价 (1).xlsx")]
    [InlineData("a.txt...", "a.txt")]
    [InlineData("👨‍👩‍👧.png", "👨‍👩‍👧.png")]
    [InlineData("..", null)]
    [InlineData("", null)]
    [InlineData("a\nb.txt", null)]
    [InlineData("a\0.txt", null)]
    [InlineData("photo\u202Egnp.exe", null)]
    public void A_name_has_no_folders_and_does_not_deceive(string given, string? kept) => Assert.Equal(kept, FileKind.NameOf(given));

    [Fact]
    public void Half_a_letter_is_no_name() => Assert.Null(FileKind.NameOf((char)0xD83D + ".png"));
}
