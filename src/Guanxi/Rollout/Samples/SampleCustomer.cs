namespace Guanxi.Rollout.Samples;

/// <summary>A person at a sample customer.</summary>
internal sealed record SampleContact(Guid Id, string Name, bool Female, string Title, string Department, string DecisionRole)
{
    /// <summary>When somebody wrote this person down; nothing is done with a contact before.</summary>
    public DateTimeOffset Met { get; set; }

    /// <summary>How people speak to somebody: 王建国, 总经理 → 王总.</summary>
    public string Address { get; } = SurnameOf(Name) + Title switch
    {
        _ when Title.Contains('总', StringComparison.Ordinal) && !Title.Contains("总监", StringComparison.Ordinal) => "总",
        _ when Title.Contains("工程师", StringComparison.Ordinal) || Title.Contains("总监", StringComparison.Ordinal) => "工",
        _ when Title.Contains("厂长", StringComparison.Ordinal) => "厂长",
        _ when Title.Contains("主任", StringComparison.Ordinal) => "主任",
        _ when Title.Contains("主管", StringComparison.Ordinal) => "主管",
        _ when Title.Contains("老师", StringComparison.Ordinal) => "老师",
        _ => "经理",
    };

    private static string SurnameOf(string name) => name.Length == 4 || name is ['欧', ..] or ['诸', ..] or ['上', ..] or ['司', ..] or ['皇', ..] or ['尉', ..] or ['令', ..] ? name[..2] : name[..1];
}

/// <summary>What is known of a sample customer before its story is told.</summary>
internal sealed record SampleCustomer(Guid Id, string Name, SampleCity City, SampleIndustry Industry, string Stage, string Level, string? Owner, DateTimeOffset Since, bool Imported)
{
    public required IReadOnlyList<SampleContact> Contacts { get; init; }

    public bool IsPerson { get; init; }
}
