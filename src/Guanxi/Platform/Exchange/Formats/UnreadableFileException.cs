namespace Guanxi.Platform.Exchange.Formats;

/// <summary>A file that cannot be read as a table, with a sentence for the person who sent it.</summary>
public sealed class UnreadableFileException : Exception
{
    public UnreadableFileException(string zhHans, string en, Exception? inner = null)
        : base(en, inner) => Reason = (zhHans, en);

    public UnreadableFileException()
        : this("文件无法读取", "The file cannot be read")
    {
    }

    public UnreadableFileException(string message)
        : this(message, message)
    {
    }

    public UnreadableFileException(string message, Exception inner)
        : this(message, message, inner)
    {
    }

    public (string ZhHans, string En) Reason { get; }
}
