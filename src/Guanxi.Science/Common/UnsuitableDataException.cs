namespace Guanxi.Science.Common;

/// <summary>The data cannot carry the asked computation. The message is one sentence for the reader of the result.</summary>
public sealed class UnsuitableDataException : Exception
{
    public UnsuitableDataException() : this("The data does not suit this method.") { }

    public UnsuitableDataException(string message) : base(message) { }

    public UnsuitableDataException(string message, Exception innerException) : base(message, innerException) { }
}
