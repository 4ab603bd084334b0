using System.Collections.Frozen;
using System.Text.Json;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Access;

/// <summary>
/// What an API token may do of what its person may do. Words: <c>*</c> everything; <c>read</c>, <c>write</c>, <c>export</c> on all records; <c>customers:read</c>, <c>customers:write</c>,
/// <c>customers:export</c> on one kind; the name of a function right such as <c>users.manage</c>. Writing includes reading. What is not named is refused.
/// </summary>
public sealed class TokenScope
{
    private static readonly string[] Verbs = ["read", "write", "export"];
    private readonly FrozenSet<string> words;

    private TokenScope(IEnumerable<string> words) => this.words = words.ToFrozenSet(StringComparer.Ordinal);

    public IEnumerable<string> Words => words.Order(StringComparer.Ordinal);

    public bool IsEverything => words.Contains("*");

    public bool Reads(string type) => Has("read", type) || Writes(type) || Exports(type);

    public bool Writes(string type) => Has("write", type);

    public bool Exports(string type) => Has("export", type);

    public bool Function(string name) => IsEverything || words.Contains(name);

    private bool Has(string verb, string type) => IsEverything || words.Contains(verb) || words.Contains($"{type}:{verb}");

    public TypeRights Narrow(TypeRights rights, string type) => IsEverything ? rights : new TypeRights
    {
        Read = Reads(type) ? rights.Read : Reach.None,
        Edit = Writes(type) ? rights.Edit : Reach.None,
        Delete = Writes(type) ? rights.Delete : Reach.None,
        Create = rights.Create && Writes(type),
        Import = rights.Import && Writes(type),
        Export = rights.Export && Exports(type),
    };

    /// <summary>The scope of these words; refused with the word that means nothing.</summary>
    public static TokenScope Of(IEnumerable<string> given, Schema schema)
    {
        var words = given.Select(word => word.Trim()).Where(word => word.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        foreach (var word in words)
        {
            var parts = word.Split(':');
            var known = word == "*" || Verbs.Contains(word, StringComparer.Ordinal) || Functions.All.Any(function => function.Name == word)
                || (parts.Length == 2 && schema.Find(parts[0]) is not null && Verbs.Contains(parts[1], StringComparer.Ordinal));
            if (!known)
            {
                throw new RefusedException(Refusal.Invalid("scope", new Label($"范围“{word}”不存在；可用：*、read、write、export、customers:read 这样的形式，或功能权限名", $"There is no scope “{word}”; use *, read, write, export, something like customers:read, or the name of a function right")));
            }
        }

        return words.Count is > 0 and <= 100 ? new TokenScope(words) : throw new RefusedException(Refusal.Invalid("scope", ("请至少选一项范围", "Choose at least one scope")));
    }

    /// <summary>As it is kept; a token of the time before scopes had everything.</summary>
    public static TokenScope FromStored(string? json) => new(json is null ? ["*"] : JsonSerializer.Deserialize<string[]>(json) ?? []);

    public string Stored => JsonSerializer.Serialize(Words);
}
