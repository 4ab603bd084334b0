using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Leads;

/// <summary>What a stranger sent.</summary>
/// <param name="Values">By the names of fields; token, proof and trap apart.</param>
/// <param name="Token">From the page.</param>
/// <param name="Proof">The answer to the proof of work; empty when no script ran.</param>
/// <param name="Trap">A field that people do not see.</param>
/// <param name="Holder">The network address, as budgets count it.</param>
public sealed record FormAnswer(IReadOnlyDictionary<string, string> Values, string Token, string Proof, string Trap, bool Consented, string? Campaign, string? Medium, string? Page, string Holder);

/// <summary>Makes a lead of what came in by a form, or turns it away: too fast, too often, used already, trapped.</summary>
public static class SubmitForm
{
    private static Refusal Stale { get; } = Refusal.Breaks("form-stale", ("页面已过期，请再点一次提交", "The page is too old; please send it again"));
    private static Refusal TooFast { get; } = Refusal.Breaks("form-too-fast", ("提交得太快，请稍候几秒再试", "That was very quick; please wait a few seconds and send it again"));

    /// <summary>Answers whether it was taken in; a trapped one is not, but hears the same thanks.</summary>
    /// <exception cref="RefusedException">With a sentence for whoever filled it in.</exception>
    public static async Task<bool> RunAsync(Workspace workspace, SecretBox box, LeadForm form, FormAnswer answer, CancellationToken cancel = default)
    {
        var now = workspace.Now;
        List<Budget> budgets = [new($"lead form {form.Id} {answer.Holder}", 10, TimeSpan.FromMinutes(1)), new($"lead form {form.Id}", 600, TimeSpan.FromSeconds(1))];
        if (answer.Proof.Length == 0)
        {
            budgets.Add(new($"lead form plain {answer.Holder}", 4, TimeSpan.FromMinutes(5)));
        }

        try
        {
            await Throttle.TakeAsync(workspace.Database, now, budgets, cancel);
        }
        catch (RefusedException)
        {
            await TurnAwayAsync(workspace, form.Id, "rate", cancel);
            throw;
        }

        if (answer.Trap.Length > 0)
        {
            await TurnAwayAsync(workspace, form.Id, "trap", cancel);
            return false;
        }

        if (FormToken.Read(box, answer.Token, form.Id) is not { } token || now - token.At > FormToken.Lives || token.At > now.AddMinutes(1))
        {
            await TurnAwayAsync(workspace, form.Id, "token", cancel);
            throw new RefusedException(Stale);
        }

        if (answer.Proof.Length > 0 && !FormToken.Proves(answer.Token, answer.Proof))
        {
            await TurnAwayAsync(workspace, form.Id, "proof", cancel);
            throw new RefusedException(Stale);
        }

        if (now - token.At < (answer.Proof.Length > 0 ? FormToken.Soonest : FormToken.SoonestPlain))
        {
            await TurnAwayAsync(workspace, form.Id, "fast", cancel);
            throw new RefusedException(TooFast);
        }

        var actor = workspace.System("form");
        var lead = Read(actor.Schema["leads"], form, answer, now);
        return await workspace.WriteAsync(
            actor,
            async context =>
            {
                if (await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO lead_form_used (nonce, at) VALUES ({token.Nonce}, {context.Now}) ON CONFLICT (nonce) DO NOTHING"), cancel) == 0)
                {
                    // Sent twice by an impatient finger: it is in already.
                    return false;
                }

                await context.InsertAsync(lead, cancel);
                return true;
            },
            cancel: cancel);
    }

    /// <summary>Nobody is there to ask again, so a slip is told while the visitor still sees it; a service number of a few digits is nobody's own.</summary>
    private static Label? PhoneSlip(string text) => PhoneNumber.Parse(text) is { Reason: { } reason } ? reason
        : text.Count(char.IsAsciiDigit) < 7 ? ("号码太短：请填写完整的电话号码", "The number is too short: please give all its digits") : null;

    private static Record Read(RecordType type, LeadForm form, FormAnswer answer, DateTimeOffset now)
    {
        var lead = type.Create(type);
        lead.Id = Guid.CreateVersion7(now);
        var errors = new FieldErrors();
        foreach (var name in form.Asked)
        {
            var text = answer.Values.GetValueOrDefault(name)?.Trim();
            if (type.Find(name) is not { Retired: false } field)
            {
                continue;
            }

            if (string.IsNullOrEmpty(text))
            {
                if (form.Required.Contains(name))
                {
                    errors.Add(name, RecordChecks.Required);
                }

                continue;
            }

            lead[field] = FieldInput.ParseText(field, text, out var error);
            if (error is not null)
            {
                errors.Add(name, error);
            }
            else if (field.Kind == FieldKind.Phone && PhoneSlip(text) is { } slip)
            {
                errors.Add(name, slip);
            }
        }

        if (lead["phone"] is null && lead["email"] is null && lead["wechat"] is null)
        {
            errors.Add(form.Asked.First(name => name is "phone" or "email" or "wechat"), ("请至少留一种联系方式", "Please leave a way to reach you"));
        }

        if (form["consentRequired"] is true && form.Text("consentText") is not null && !answer.Consented)
        {
            errors.Add("consent", ("请先阅读并同意", "Please read this and agree"));
        }

        errors.Throw();
        (lead["source"], lead["form"], lead["cost"], lead["tags"], lead["owner"]) = (form["source"], form.Id, form["cost"], form["tags"], form["givenTo"]);
        lead["campaign"] = form.Text("campaign") ?? Short(answer.Campaign, 120);
        lead["medium"] = Short(answer.Medium, 60);
        lead["landingPage"] = Short(answer.Page, 500);
        lead["productLine"] ??= form["productLine"];
        if (answer.Consented && form.Text("consentText") is not null)
        {
            (lead["consentPurpose"], lead["consentVersion"], lead["consentAt"]) = (form["consentPurpose"], $"{form.Text("name")} v{form["consentEdition"]}", now);
        }

        return lead;
    }

    private static string? Short(string? text, int most) => string.IsNullOrWhiteSpace(text) ? null : new string([.. text.Trim().Where(letter => !char.IsControl(letter)).Take(most)]) is { Length: > 0 } kept && !char.IsHighSurrogate(kept[^1]) ? kept : null;

    /// <summary>Counted by day and reason, so that an administrator sees what the form keeps out.</summary>
    private static Task TurnAwayAsync(Workspace workspace, Guid form, string reason, CancellationToken cancel) => workspace.Database.WriteAsync(
        async session => await session.ExecuteAsync(Sql.Of($"INSERT INTO lead_form_turned_away (form_id, day, reason, count) VALUES ({form}, {workspace.Now.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}, {reason}, {1L}) ON CONFLICT (form_id, day, reason) DO UPDATE SET count = lead_form_turned_away.count + 1"), cancel),
        cancel);
}
