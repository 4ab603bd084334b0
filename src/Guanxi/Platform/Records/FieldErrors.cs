namespace Guanxi.Platform.Records;

/// <summary>What is wrong, by field; thrown as one refusal so that a person sees everything at once.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, IReadOnlyList<Label>> errors = new(StringComparer.Ordinal);

    public bool Any => errors.Count > 0;

    public IReadOnlyDictionary<string, IReadOnlyList<Label>> All => errors;

    public void Add(string field, Label error) =>
        errors[field] = errors.TryGetValue(field, out var before) ? [.. before, error] : [error];

    public void Throw()
    {
        if (Any)
        {
            throw new RefusedException(Refusal.Invalid(errors));
        }
    }
}
