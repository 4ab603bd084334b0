namespace Guanxi.Science.Common;

/// <summary>The data cannot carry the asked computation. The message is one sentence for the reader of the result.</summary>
public sealed class UnsuitableDataException : Exception
{
    public UnsuitableDataException() : this("The data does not suit this method.") { }

    public UnsuitableDataException(string message) : base(message) { }

    public UnsuitableDataException(Phrase phrase) : base(phrase?.ToString()) => Phrase = phrase;

    public UnsuitableDataException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>The message as words and values, for a translator; null where it has no values.</summary>
    public Phrase? Phrase { get; }
}
