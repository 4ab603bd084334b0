using Guanxi.Platform.Records;

namespace Guanxi.Rollout.Samples;

/// <summary>Tells a year with each customer: what was done, what was planned and kept, when the stage changed, and what is open today.</summary>
internal sealed class SampleStory(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId)
{
    private readonly DateTimeOffset start = SampleCalendar.WorkdayAt(today.AddDays(-310), 13);

    public List<SampleDeed> Deeds { get; } = [];

    public void Tell(SampleCustomer customer)
    {
        var phases = Phases(customer);
        var times = Times(customer, phases.Count);
        var text = new SampleText(random, customer);
        var owner = customer.Owner ?? "xielin";
        var handOver = customer.Owner is "zhaoqian" && times.Count > 2 && random.Chance(0.06) ? random.Between(1, times.Count - 1) : -1;
        var stage = customer.Imported && customer.Stage != "potential" ? "prospect" : "potential";
        for (var i = 0; i < times.Count; i++)
        {
            if (i == handOver)
            {
                // Never before what the old owner did: on the customer's first day two hours earlier there was no customer yet.
                owner = "chenxiaofeng";
                var between = times[i - 1] + ((times[i] - times[i - 1]) / 2);
                Change(times[i].AddHours(-2) > between ? times[i].AddHours(-2) : between, "linguodong", customer.Id, "owner", userId(owner));
            }

            var by = phases[i] is StoryPhase.Service or StoryPhase.Complaint && random.Chance(0.3) ? "liangsiqi" : owner;
            var previous = i > 0 && by == owner ? times[i - 1] : (DateTimeOffset?)null;
            Do(customer, text, phases[i], times[i], previous, by);
            if (StageAfter(phases[i], stage) is { } next && next != stage)
            {
                stage = next;
                Change(times[i].AddMinutes(3), owner, customer.Id, "stage", stage);
            }
        }

        if (times.Count > 0 && stage != customer.Stage && random.Chance(0.9))
        {
            Change(times[^1].AddMinutes(9), owner, customer.Id, "stage", customer.Stage);
        }

        PlanNext(customer, text, times.Count > 0 ? times[^1] : null, owner);
    }

    private List<StoryPhase> Phases(SampleCustomer customer)
    {
        var phases = new List<StoryPhase>();
        void Add(StoryPhase phase, int least, int most) => phases.AddRange(Enumerable.Repeat(phase, random.Between(least, most)));
        var more = customer.Level is "vip" or "major" ? 2 : 0;
        if (!customer.Imported || customer.Stage is "potential")
        {
            Add(StoryPhase.Approach, customer.Stage == "potential" ? 0 : 1, 3);
        }

        switch (customer.Stage)
        {
            case "prospect":
                Add(StoryPhase.Need, 1, 2 + more);
                Add(StoryPhase.Demo, 0, 1 + more);
                Add(StoryPhase.Quote, 0, 2 + more);
                break;
            case "lost":
                Add(StoryPhase.Need, 1, 2);
                Add(StoryPhase.Quote, 1, 2);
                Add(StoryPhase.Lost, 1, 2);
                break;
            case "wonBack":
                Add(StoryPhase.Lost, 1, 2);
                Add(StoryPhase.WinBack, 2, 3);
                break;
            case "new" or "active" or "loyal" or "atRisk":
                if (!customer.Imported || customer.Stage == "new" || random.Chance(0.4))
                {
                    Add(StoryPhase.Need, 1, 2);
                    Add(StoryPhase.Demo, 0, 2);
                    Add(StoryPhase.Quote, 1, 2 + more);
                    Add(StoryPhase.Negotiate, 1, 2);
                    Add(StoryPhase.Contract, 1, 2);
                    Add(StoryPhase.Delivery, 1, 3);
                }

                Add(StoryPhase.Service, customer.Stage == "new" ? 0 : 2, (customer.Stage == "loyal" ? 8 : customer.Stage == "new" ? 1 : 5) + more);
                Add(StoryPhase.Repeat, customer.Stage == "loyal" ? 2 : 0, customer.Stage == "loyal" ? 5 : customer.Stage == "active" ? 1 + more : 0);
                Add(StoryPhase.Complaint, customer.Stage == "atRisk" ? 2 : 0, customer.Stage == "atRisk" ? 3 : 0);
                break;
            default:
                break;
        }

        return phases;
    }

    /// <summary>When the customer stands at after this; a stage is never taken back by an earlier one.</summary>
    private static string? StageAfter(StoryPhase phase, string stage) => phase switch
    {
        StoryPhase.Need or StoryPhase.Quote when stage == "potential" => "prospect",
        StoryPhase.Contract when stage is "potential" or "prospect" => "new",
        StoryPhase.Service when stage is "new" or "prospect" => "active",
        StoryPhase.Complaint => "atRisk",
        StoryPhase.Lost => "lost",
        StoryPhase.WinBack => "wonBack",
        _ => null,
    };

    /// <summary>Working hours between the customer's first day and the last contact, in order.</summary>
    private List<DateTimeOffset> Times(SampleCustomer customer, int count)
    {
        var from = customer.Since > start ? customer.Since : start;
        var silence = customer.Stage switch
        {
            "potential" => random.Between(1, 200),
            "lost" => random.Between(20, 240),
            "atRisk" => random.Between(10, 90),
            _ => random.Weighted((random.Between(0, 7), 5), (random.Between(5, 30), 4), (random.Between(30, 120), 2)),
        };
        var until = today.AddDays(-silence);
        var days = (until - from).TotalDays;
        var times = new List<DateTimeOffset>();
        for (var i = 0; i < count; i++)
        {
            // The last contact ends the span, the others fall anywhere in it.
            var day = SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(from.AddDays(Math.Max(0, i == 0 ? days : days * random.Fraction()))));
            var at = SampleCalendar.During(random, day);
            if (at > from && at < today)
            {
                times.Add(at);
            }
        }

        times.Sort();
        return times;
    }

    private void Do(SampleCustomer customer, SampleText text, StoryPhase phase, DateTimeOffset at, DateTimeOffset? previous, string by)
    {
        var moment = text.Unheard(SampleMoments.ByPhase[phase]);
        var (contact, address) = text.Somebody(previous?.AddMinutes(4) ?? at);
        var opener = moment.Content[0] is '{' or '和' or '给' or '在' ? random.Of(SampleMoments.Openers) : "";
        var content = (opener.Length > 0 ? opener + "，" : "") + text.Fill(moment.Content, address) + text.Fill(random.Of(SampleMoments.Tails), address);
        if (phase is StoryPhase.Complaint or StoryPhase.Negotiate && random.Chance(0.2))
        {
            var chief = SamplePlaces.South.Contains(customer.City) ? ("黄志强", "huangzhiqiang") : ("林国栋", "linguodong");
            content += $" @[{chief.Item1}](user:{userId(chief.Item2)}) 请帮忙看一下。";
        }

        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["kind"] = moment.Kind,
            ["subject"] = text.Fill(moment.Subject, address),
            ["content"] = content,
            ["result"] = moment.Result is { } result ? text.Fill(result, address) : null,
            ["customer"] = customer.Id,
            ["contact"] = contact,
            ["status"] = "done",
            ["at"] = at,
            ["endAt"] = moment.Kind is "visit" or "meeting" ? at.AddMinutes(random.Between(2, 10) * 15) : null,
            ["place"] = moment.Kind == "visit" ? customer.City.Name + random.Of(customer.City.Districts).Name : null,
        };
        // Written down a little later, when it is over.
        var written = Before(moment.Kind is "visit" or "meeting" ? at.AddHours(2) : at.AddMinutes(random.Between(1, 12)));
        if (previous is { } earlier && moment.Kind is "call" or "visit" or "meeting" or "task" && (at - previous)?.TotalDays is > 1 and < 60 && random.Chance(0.6))
        {
            Keep(values, earlier.AddMinutes(4), at, written, by);
        }
        else
        {
            var id = random.Id(written);
            Deeds.Add(new SampleDeed(written, by, random.Chance(0.08) ? "api" : "page", context => InsertAsync(context, id, values)));
        }
    }

    /// <summary>Planned when the last contact ended, done when its time came.</summary>
    private void Keep(Dictionary<string, object?> values, DateTimeOffset planned, DateTimeOffset at, DateTimeOffset written, string by)
    {
        var id = random.Id(planned);
        var due = SampleCalendar.Appointment(random, SampleCalendar.DayOf(at));
        var plan = new Dictionary<string, object?>(values, StringComparer.Ordinal) { ["status"] = "planned", ["content"] = null, ["result"] = null, ["endAt"] = null, ["at"] = due, ["dueAt"] = due };
        Deeds.Add(new SampleDeed(planned, by, "page", context => InsertAsync(context, id, plan)));
        Deeds.Add(new SampleDeed(written, by, "page", context => UpdateAsync(context, "activities", id, ["status", "content", "result", "endAt", "at"], values)));
    }

    private void PlanNext(SampleCustomer customer, SampleText text, DateTimeOffset? last, string owner)
    {
        var likely = customer.Stage switch { "prospect" => 0.5, "new" => 0.5, "atRisk" => 0.6, "loyal" => 0.4, "active" => 0.25, "wonBack" => 0.5, "lost" => 0.02, _ => 0.15 };
        if (last is not { } after || customer.Owner is null || !random.Chance(likely))
        {
            return;
        }

        var days = random.Weighted((-random.Between(1, 25), 18), (0, 15), (random.Between(1, 7), 35), (random.Between(8, 30), 32));
        var day = SampleCalendar.DayOf(today).AddDays(days);
        var due = SampleCalendar.Appointment(random, days == 0 ? day : SampleCalendar.WorkdayFrom(day));
        var planned = Before(after.AddMinutes(15) < due.AddDays(-45) ? due.AddDays(-random.Between(20, 40)) : after.AddMinutes(15));
        var (kind, subject) = random.Of(SampleMoments.Plans);
        var (contact, address) = text.Somebody(planned);
        var id = random.Id(planned);
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["kind"] = kind,
            ["subject"] = text.Fill(subject, address),
            ["customer"] = customer.Id,
            ["contact"] = contact,
            ["status"] = "planned",
            ["priority"] = random.Weighted(("high", 2), ("normal", 6), ("low", 1)),
            ["at"] = due,
            ["dueAt"] = due,
            ["remindAt"] = due > today.AddHours(1) && random.Chance(0.4) ? due.AddMinutes(-30) : null,
        };
        var byChief = owner is "chenxiaofeng" or "zhaoqian" && random.Chance(0.05);
        Deeds.Add(new SampleDeed(planned, byChief ? "linguodong" : owner, "page", context =>
        {
            values["owner"] = userId(owner);
            return InsertAsync(context, id, values);
        }));
    }

    private DateTimeOffset Before(DateTimeOffset at) => at < today ? at : today.AddSeconds(-random.Between(30, 900));

    private void Change(DateTimeOffset at, string by, Guid customer, string field, object value) =>
        Deeds.Add(new SampleDeed(Before(at), by, "page", context => UpdateAsync(context, "customers", customer, [field], new(StringComparer.Ordinal) { [field] = value })));

    private static async Task InsertAsync(SaveContext context, Guid id, Dictionary<string, object?> values)
    {
        var noun = context.Schema["activities"];
        var record = noun.Create(noun);
        record.Id = id;
        foreach (var (field, value) in values)
        {
            record[field] = value is DateTimeOffset at ? DateText.Truncate(at) : value;
        }

        await context.InsertAsync(record);
    }

    private static async Task UpdateAsync(SaveContext context, string type, Guid id, string[] fields, Dictionary<string, object?> values)
    {
        var record = await RecordStore.FindAsync(context.Session, context.Schema[type], id) ?? throw new InvalidOperationException($"The sample changes '{type}' {id} before it is there.");
        foreach (var field in fields)
        {
            record[field] = values[field] is DateTimeOffset at ? DateText.Truncate(at) : values[field];
        }

        await context.UpdateAsync(record);
    }
}
