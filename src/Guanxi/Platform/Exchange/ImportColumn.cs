using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>How a column's text becomes a value.</summary>
internal enum ColumnTask
{
    /// <summary>By the field's own rules.</summary>
    Value,

    /// <summary>A person, team or role by name.</summary>
    Directory,

    /// <summary>A record by id, title or external id.</summary>
    Record,

    /// <summary>The id by which the row finds its record.</summary>
    Id,

    /// <summary>A part of a person's name, for rows that have no whole one.</summary>
    NamePart,
}

/// <summary>One column of the file on its way to one field.</summary>
/// <param name="Meant">What texts of the column mean, settled once for all rows.</param>
internal sealed record ImportColumn(int Index, string Header, Field Field, ColumnTask Task, IReadOnlyDictionary<string, string>? Meant)
{
    public NamePart Part { get; init; }

    public ColumnRule Rule { get; init; }

    public bool DayFirst { get; set; }
}
