using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>
/// The texts that cells of a workbook share. A few stay in memory; where they would not fit they go to a file that is deleted when it is closed, and are read back a block at a time:
/// cells name them mostly in the order in which they were written.
/// </summary>
sealed class SharedTexts
{
    const long MostCharacters = 24L * 1024 * 1024;
    const int BlockSize = 256 * 1024;
    const int BlocksKept = 32;

    readonly long most;
    readonly Dictionary<long, byte[]> blocks = [];
    readonly Queue<long> order = new();
    List<string>? inMemory = [];
    List<long> ends = [];
    SafeFileHandle? file;
    ArrayBufferWriter<byte> pending = new();
    long characters;
    long written;

    public SharedTexts(long mostCharacters = MostCharacters) => most = mostCharacters;

    public int Count => inMemory?.Count ?? ends.Count;

    /// <summary>Whether the texts went to a file.</summary>
    public bool IsOnDisk => inMemory is null;

    public string this[int index] => inMemory is { } texts ? texts[index] : Read(index == 0 ? 0 : ends[index - 1], ends[index]);

    public void Add(string text)
    {
        if (inMemory is { } texts)
        {
            texts.Add(text);
            characters += text.Length + 16;
            if (characters > most)
            {
                Spool();
            }

            return;
        }

        Write(text);
    }

    /// <summary>Says that all are there.</summary>
    public void Complete()
    {
        if (file is not null)
        {
            Flush();
            pending = new ArrayBufferWriter<byte>();
        }
    }

    void Spool()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
        List<string> texts = inMemory!;
        inMemory = null;
        ends = new List<long>(texts.Count * 2);
        foreach (string text in texts)
        {
            Write(text);
        }
    }

    void Write(string text)
    {
        Encoding.UTF8.GetBytes(text, pending);
        ends.Add(written + pending.WrittenCount);
        if (pending.WrittenCount >= BlockSize)
        {
            Flush();
        }
    }

    void Flush()
    {
        RandomAccess.Write(file!, pending.WrittenSpan, written);
        written += pending.WrittenCount;
        pending.ResetWrittenCount();
    }

    string Read(long from, long to)
    {
        if (from / BlockSize == Math.Max(from, to - 1) / BlockSize)
        {
            return Encoding.UTF8.GetString(Block(from / BlockSize).AsSpan((int)(from % BlockSize), (int)(to - from)));
        }

        var bytes = new byte[to - from];
        RandomAccess.Read(file!, bytes, from);
        return Encoding.UTF8.GetString(bytes);
    }

    byte[] Block(long number)
    {
        if (blocks.TryGetValue(number, out byte[]? block))
        {
            return block;
        }

        if (order.Count >= BlocksKept)
        {
            blocks.Remove(order.Dequeue());
        }

        block = new byte[BlockSize];
        RandomAccess.Read(file!, block, number * BlockSize);
        blocks[number] = block;
        order.Enqueue(number);
        return block;
    }
}
