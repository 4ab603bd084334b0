namespace Guanxi.Platform.Records;

/// <summary>What is wrong, by field; thrown as one refusal so that a person sees everything at once.</summary>
public sealed class FieldErrors
{
    // What a person can read; a request with fifty thousand wrong fields is not made by one.
    private const int Most = 50;
    private int told;
    private readonly Dictionary<string, IReadOnlyList<Label>> errors = new(StringComparer.Ordinal);

    public bool Any => errors.Count > 0;

    public IReadOnlyDictionary<string, IReadOnlyList<Label>> All => errors;

    /// <exception cref="RefusedException">So much is wrong already that the rest is not looked at.</exception>
    public void Add(string field, Label error)
    {
        errors[field] = errors.TryGetValue(field, out var before) ? [.. before, error] : [error];
        if (++told >= Most)
        {
            Throw();
        }
    }

    public void Throw()
    {
        if (Any)
        {
            throw new RefusedException(Refusal.Invalid(errors));
        }
    }
}
