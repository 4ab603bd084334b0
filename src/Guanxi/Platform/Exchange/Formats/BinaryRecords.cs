using System.Buffers.Binary;
using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>The records of a part of a binary workbook ([MS-XLSB] 2.1.4): a type and a size of one to four bytes, seven bits each, and the data.</summary>
sealed class BinaryRecords(Stream stream) : IDisposable
{
    const int MaxRecord = 16 * 1024 * 1024;

    readonly BufferedStream input = new(stream, 64 * 1024);
    byte[] data = new byte[1024];
    int length;

    public int Type { get; private set; }

    public ReadOnlySpan<byte> Data => data.AsSpan(0, length);

    public bool Next()
    {
        int first = input.ReadByte();
        if (first < 0)
        {
            return false;
        }

        Type = first < 0x80 ? first : (first & 0x7F) | ((Byte() & 0x7F) << 7);
        length = 0;
        for (int shift = 0; shift < 28; shift += 7)
        {
            int part = Byte();
            length |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                break;
            }
        }

        if (length > MaxRecord)
        {
            throw new InvalidDataException("A record is too long.");
        }

        if (data.Length < length)
        {
            data = new byte[length];
        }

        input.ReadExactly(data, 0, length);
        return true;
    }

    public int Int32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(Data[offset..]);

    public int UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Data[offset..]);

    public double Double(int offset) => BinaryPrimitives.ReadDoubleLittleEndian(Data[offset..]);

    /// <summary>A string with its length before it; −1 is how a missing one is written.</summary>
    public string Text(int offset) => Text(offset, out _);

    public string Text(int offset, out int end)
    {
        int characters = Math.Max(0, Int32(offset));
        end = offset + 4 + (characters * 2);
        return Encoding.Unicode.GetString(Data[(offset + 4)..end]);
    }

    public void Dispose() => input.Dispose();

    int Byte()
    {
        int value = input.ReadByte();
        return value < 0 ? throw new EndOfStreamException() : value;
    }
}
