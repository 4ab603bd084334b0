using System.Text.Json;
using System.Text.Json.Serialization;

namespace Guanxi.Sales.Processes;

/// <summary>What kind of thing a condition asks for.</summary>
public enum ConditionKind
{
    /// <summary>Fields of the deal, or of its customer as <c>customer.industry</c>, are filled in.</summary>
    Fields,

    /// <summary>A filter over the deal, in the grammar of lists, holds.</summary>
    Filter,

    /// <summary>A step of the process, owed by whoever, is done.</summary>
    Step,

    /// <summary>A file whose name has certain words is on the deal.</summary>
    Document,

    /// <summary>The internal cost was calculated.</summary>
    Cost,

    /// <summary>Somebody with the right to grant exceptions has said yes.</summary>
    Approval,
}

/// <summary>One thing that must be so before a stage is entered or left.</summary>
/// <param name="Key">Names it within the process; exceptions are asked for by it.</param>
/// <param name="Label">What a seller reads when it is missing; made from the rest when empty.</param>
public sealed record Condition(string Key, ConditionKind Kind, string? Label = null, IReadOnlyList<string>? Fields = null, string? Filter = null, string? Step = null, string? Document = null);

/// <summary>Who hears of a step that is late.</summary>
/// <param name="Hours">Working hours after it was due.</param>
/// <param name="To"><c>manager</c> for the manager of whoever owes it, <c>above</c> for that one's manager, else the key of a role.</param>
public sealed record Escalation(int Hours, string To);

/// <summary>A task that entering a stage gives to somebody, mostly of another department. Whoever owes it reads and fills in, while it is open, what it names of the deal, and nothing else.</summary>
/// <param name="Role">Key of the role whose least burdened member gets it; empty for the deal's owner.</param>
/// <param name="Hours">Working hours in which it is owed, from entering the stage.</param>
/// <param name="Team">Only members of this team, by id.</param>
/// <param name="Shows">Fields of the deal it shows besides name and customer's name; <c>lines</c> for what is to be sold and how many.</param>
/// <param name="Fills">Fields of the deal that whoever owes it fills in.</param>
/// <param name="Escalation">Who hears of it when it is late, first to last.</param>
public sealed record Step(string Key, string Subject, string? Role = null, int Hours = 24, Guid? Team = null, IReadOnlyList<string>? Shows = null, IReadOnlyList<string>? Fills = null, IReadOnlyList<Escalation>? Escalation = null);

/// <summary>A stage of an open deal.</summary>
/// <param name="Probability">Chance of winning from here, in percent.</param>
/// <param name="ExpectedDays">After how many days in it a deal counts as stalled.</param>
/// <param name="Forecast">The forecast category of deals in it (commit, bestCase, pipeline, omitted); null where the probability decides.</param>
/// <param name="MayGoBack">Whether a deal may return from here to an earlier stage.</param>
public sealed record Stage(string Key, string Name, int Probability, int ExpectedDays = 30, string? Guidance = null, bool MayGoBack = true, IReadOnlyList<Step>? Steps = null, IReadOnlyList<Condition>? Entry = null, IReadOnlyList<Condition>? Exit = null, string? Forecast = null);

/// <summary>A sales process as a manager composes it: its stages in their order, and why deals are won and lost.</summary>
public sealed record ProcessDefinition(IReadOnlyList<Stage> Stages, IReadOnlyList<string>? WinReasons = null, IReadOnlyList<string>? LossReasons = null)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="JsonException">The text is no definition.</exception>
    public static ProcessDefinition Read(string text) => JsonSerializer.Deserialize<ProcessDefinition>(text, Json) ?? throw new JsonException("The definition is empty.");

    public string Write() => JsonSerializer.Serialize(this, Json);

    /// <summary>Place of a stage in the order; -1 when there is none of that key.</summary>
    public int PlaceOf(string key)
    {
        for (var i = 0; i < Stages.Count; i++)
        {
            if (Stages[i].Key == key)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Every step of every stage.</summary>
    [JsonIgnore]
    public IEnumerable<Step> Steps => Stages.SelectMany(stage => stage.Steps ?? []);

    /// <summary>Every condition of every stage.</summary>
    [JsonIgnore]
    public IEnumerable<Condition> Conditions => Stages.SelectMany(stage => (stage.Entry ?? []).Concat(stage.Exit ?? []));
}
