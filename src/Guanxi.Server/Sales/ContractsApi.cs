using System.Text.Json;
using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Quotes;
using Guanxi.Sales.Receivables;
using Guanxi.Server.Api;

namespace Guanxi.Server.Sales;

/// <summary>The steps of contracts and amendments, and the payment plan as a whole.</summary>
public static class ContractsApi
{
    public static void MapContracts(this RouteGroupBuilder api)
    {
        api.MapPost("/deals/{id:guid}:contract", (HttpContext http, Guid id) => http.ChangeAsync((context, _) => ContractSteps.OfDealAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/quotes/{id:guid}:contract", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => QuoteContracts.MakeAsync(context, id, Terms(body), body.Day("from"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contracts/{id:guid}:submit", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => ContractSteps.SubmitAsync(context, id, body.Words("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contracts/{id:guid}:withdraw", (HttpContext http, Guid id) => http.ChangeAsync((context, _) => ContractSteps.WithdrawAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contracts/{id:guid}:approve", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => ContractSteps.DecideAsync(context, id, approved: true, body.Words("opinion"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contracts/{id:guid}:refuse", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => ContractSteps.DecideAsync(context, id, approved: false, body.Words("opinion"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contracts/{id:guid}:complete", (HttpContext http, Guid id) => http.ChangeAsync((context, _) => ContractSteps.CompleteAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contracts/{id:guid}:void", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => ContractSteps.VoidAsync(context, id, body.Words("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contracts/{id:guid}:renew", (HttpContext http, Guid id) => http.ChangeAsync((context, _) => ContractSteps.RenewAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contracts/{id:guid}:plan", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => Plans.SetAsync(context, id, Wanted(body), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contract-amendments/{id:guid}:submit", (HttpContext http, Guid id) => http.ChangeAsync((context, _) => ContractAmendment.SubmitAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contract-amendments/{id:guid}:approve", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => ContractAmendment.DecideAsync(context, id, approved: true, body.Words("opinion"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/contract-amendments/{id:guid}:refuse", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => ContractAmendment.DecideAsync(context, id, approved: false, body.Words("opinion"), http.RequestAborted))).AnsweredOnce();
    }

    /// <summary>Either "items" with days and amounts, or "terms" with percentages and days from "from", the day of the contract when it is not said.</summary>
    private static Func<Money, DateOnly, IReadOnlyList<PlanItem>> Wanted(JsonElement body)
    {
        if (Terms(body) is { Count: > 0 } said)
        {
            return (amount, begins) => Plans.OfTerms(amount, body.Day("from") ?? begins, said);
        }

        var items = body.Items("items", 120) ?? throw new RefusedException(Refusal.Invalid("items", ("请给出 items（日期与金额）或 terms（比例与天数）", "Give items (days and amounts) or terms (percentages and days)")));
        var wanted = items.Select(item => new PlanItem(item.Id("id"), item.Words("name"), item.Day("dueOn") ?? throw new RefusedException(Refusal.Invalid("items", ("每期应有应收日期 dueOn", "Each item has a day, dueOn"))), item.Amount("amount") ?? 0)).ToList();
        return (_, _) => wanted;
    }

    private static List<PlanTerm>? Terms(JsonElement body) =>
        body.Items("terms", 120)?.Select(term => new PlanTerm(term.Words("name"), term.Amount("percent") ?? 0, term.Amount("days") is { } days && days == Math.Truncate(days) && Math.Abs(days) <= 36_500 ? (int)days : throw new RefusedException(Refusal.Invalid("terms", ("每期应有整数天数 days", "Each term has a whole number of days"))))).ToList();
}
