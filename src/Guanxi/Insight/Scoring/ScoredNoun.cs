using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Experiments;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Scoring;

/// <summary>What was known of a record at a moment, and nothing that came later.</summary>
internal interface ISnapshot
{
    Guid Id { get; }

    /// <summary>By what the plain rate goes: the stage of a deal, the source of a lead.</summary>
    string Group { get; }

    /// <summary>What became of it, once it has come to its end.</summary>
    bool Won { get; }
}

/// <summary>A noun whose records are scored: its tables, what its end is in SQL over <c>r</c>, and the sentences of its findings.</summary>
internal sealed record ScoredNoun(string Name, string Records, string Table, string SaidTable, string SaidColumn, string EndedSql, string EndedAtSql, string WonSql)
{
    public required Func<int, int, int, int, Finding> TooFew { get; init; }

    public required string CannotTry { get; init; }

    public required Func<int, double, double, Finding> NoBetter { get; init; }

    public required Func<int, double, double, Finding> Drifted { get; init; }

    /// <summary>Of how many open ones the model's mean lies too far from the share of the ended ones.</summary>
    public required Func<int, double, double, Finding> FarOff { get; init; }

    /// <summary>The columns whose names are no words, in words.</summary>
    public required IReadOnlyDictionary<string, Label> Columns { get; init; }
}

/// <summary>The model and the plain rates on the records that ended last.</summary>
internal sealed record Trial(int Deals, BinaryMetrics Model, BinaryMetrics Rates);

/// <summary>What was foretold against what came.</summary>
internal sealed record Drift(int Deals, Interval? Won, double? Foretold, Finding? Finding);
