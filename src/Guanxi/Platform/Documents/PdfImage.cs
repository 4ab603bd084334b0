using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Documents;

/// <summary>
/// A picture for a page: a JPEG (ISO 10918-1, baseline or progressive) as it is, or a PNG (ISO 15948) of 8 bits a channel that is not interlaced, its transparency as a mask.
/// </summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="File">As it came.</param>
public sealed record PdfImage(int Width, int Height, string Colours, byte[] Data, bool IsJpeg, byte[]? Alpha, byte[] File)
{
    /// <summary>Bytes a picture may have.</summary>
    public const int Largest = 400_000;

    private const int MostPixels = 4_000_000;

    /// <exception cref="RefusedException">It is neither, too large, broken, or of a kind this program does not draw.</exception>
    public static PdfImage Read(byte[] file, string field)
    {
        if (file.Length > Largest)
        {
            throw Wrong(field, new Label($"图片最大 {Largest / 1000} KB", $"A picture has at most {Largest / 1000} KB"));
        }

        try
        {
            return file.AsSpan().StartsWith(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }) ? Png(file, field)
                : file.AsSpan().StartsWith(new byte[] { 0xFF, 0xD8, 0xFF }) ? Jpeg(file, field)
                : throw Wrong(field, ("图片应为 PNG 或 JPEG", "A picture is a PNG or a JPEG"));
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentOutOfRangeException or IndexOutOfRangeException or EndOfStreamException)
        {
            throw Wrong(field, ("图片已损坏，请重新导出后再试", "The picture is broken: export it again"));
        }
    }

    private static PdfImage Jpeg(byte[] file, string field)
    {
        for (var at = 2; at + 9 < file.Length;)
        {
            if (file[at] != 0xFF)
            {
                throw new InvalidDataException();
            }

            var marker = file[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 5)), BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 7)));
                Bounded(width, height, field);
                return new PdfImage(width, height, file[at + 9] switch { 1 => "/DeviceGray", 3 => "/DeviceRGB", _ => throw Wrong(field, ("请使用 RGB 颜色的 JPEG", "Use a JPEG in RGB")) }, file, true, null, file);
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
        }

        throw new InvalidDataException();
    }

    private static PdfImage Png(byte[] file, string field)
    {
        var (width, height, kind) = (0, 0, 0);
        byte[] palette = [], clear = [];
        using var packed = new MemoryStream();
        for (var at = 8; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var name = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            var chunk = file.AsSpan(at + 8, length);
            switch (name)
            {
                case "IHDR":
                    (width, height, kind) = (BinaryPrimitives.ReadInt32BigEndian(chunk), BinaryPrimitives.ReadInt32BigEndian(chunk[4..]), chunk[9]);
                    Bounded(width, height, field);
                    if (chunk[8] != 8 || chunk[12] != 0 || kind is not (0 or 2 or 3 or 4 or 6))
                    {
                        throw Wrong(field, ("PNG 应为每通道 8 位、非隔行；请另存为普通 PNG 或 JPEG", "A PNG has 8 bits a channel and is not interlaced; save it as a plain PNG or a JPEG"));
                    }

                    break;
                case "PLTE":
                    palette = chunk.ToArray();
                    break;
                case "tRNS":
                    clear = chunk.ToArray();
                    break;
                case "IDAT":
                    packed.Write(chunk);
                    break;
            }

            at += 12 + length;
        }

        if (width == 0)
        {
            throw new InvalidDataException();
        }

        var channels = kind switch { 0 or 3 => 1, 4 => 2, 2 => 3, 6 => 4, _ => throw new InvalidDataException() };
        packed.Position = 0;
        return Split(Rows(packed, width, height, channels), width, height, kind, channels, palette, clear) with { File = file };
    }

    /// <summary>Unpacks the rows and undoes their filters (ISO 15948, clause 9).</summary>
    private static byte[] Rows(Stream packed, int width, int height, int channels)
    {
        var stride = width * channels;
        var (pixels, row) = (new byte[stride * height], new byte[stride + 1]);
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        for (var y = 0; y < height; y++)
        {
            unpacked.ReadExactly(row);
            for (var i = 0; i < stride; i++)
            {
                int left = i >= channels ? pixels[(y * stride) + i - channels] : 0, up = y > 0 ? pixels[((y - 1) * stride) + i] : 0, corner = y > 0 && i >= channels ? pixels[((y - 1) * stride) + i - channels] : 0;
                pixels[(y * stride) + i] = (byte)(row[i + 1] + row[0] switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => throw new InvalidDataException() });
            }
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var (toLeft, toUp, toCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static PdfImage Split(byte[] pixels, int width, int height, int kind, int channels, byte[] palette, byte[] clear)
    {
        var (colours, hasAlpha) = (kind is 0 or 4 ? 1 : 3, kind is 4 or 6 || (kind == 3 && clear.Length > 0));
        var (data, alpha) = (new byte[width * height * colours], hasAlpha ? new byte[width * height] : null);
        for (var i = 0; i < width * height; i++)
        {
            for (var colour = 0; colour < colours; colour++)
            {
                data[(i * colours) + colour] = kind == 3 ? palette[(pixels[i] * 3) + colour] : pixels[(i * channels) + colour];
            }

            if (alpha is not null)
            {
                alpha[i] = kind == 3 ? pixels[i] < clear.Length ? clear[pixels[i]] : (byte)255 : pixels[(i * channels) + channels - 1];
            }
        }

        return new PdfImage(width, height, colours == 1 ? "/DeviceGray" : "/DeviceRGB", data, false, alpha, []);
    }

    private static void Bounded(int width, int height, string field)
    {
        if (width < 1 || height < 1 || (long)width * height > MostPixels)
        {
            throw Wrong(field, ("图片太大，请缩小到 2000 × 2000 像素以内", "The picture is too large: at most 2,000 × 2,000 pixels"));
        }
    }

    /// <summary>Writes it and answers its number as an object.</summary>
    internal int Write(PdfFile file)
    {
        string Entries(string colours, string more) => string.Create(CultureInfo.InvariantCulture, $"/Type /XObject /Subtype /Image /Width {Width} /Height {Height} /ColorSpace {colours} /BitsPerComponent 8{more}");
        var mask = Alpha is null ? "" : string.Create(CultureInfo.InvariantCulture, $" /SMask {file.AddStream(Entries("/DeviceGray", ""), Alpha)} 0 R");
        return IsJpeg ? file.AddRaw(Entries(Colours, " /Filter /DCTDecode"), Data) : file.AddStream(Entries(Colours, mask), Data);
    }

    private static RefusedException Wrong(string field, Label error) => new(Refusal.Invalid(field, error));
}
