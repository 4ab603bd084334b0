using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Guanxi.Customers.Sources;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;
using Guanxi.Server.Tests.World;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Contract;

/// <summary>
/// Every way to read, asked by everybody over random owners and shares: no byte of what a person may not see comes back.
/// Each row and each hidden or masked field holds a word of its own that stands nowhere else.
/// </summary>
public sealed partial class LeakTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly Random random = new(20261122);

    /// <summary>A customer with what belongs to it; the words by which each part would be recognised.</summary>
    private sealed record Planted(Guid Id, Guid Owner, Guid Contact, Guid Activity, Guid Deal, Guid Quote, Guid Lead, Guid File, Guid Dunning, string Word, string Phone, string Wechat)
    {
        public List<(Guid? User, Guid? Team)> Shares { get; } = [];
    }

    /// <summary>The one sales process of the company.</summary>
    private static readonly List<Guid> processes = [];

    /// <summary>A live segment of everybody and a static one.</summary>
    private static readonly List<Guid> segments = [];

    /// <summary>How each way to read is asked. An endpoint that is not here fails the test: whoever adds a way to read says how it could leak.</summary>
    private static readonly Dictionary<string, Func<Planted, IEnumerable<string>>> Ways = new(StringComparer.Ordinal)
    {
        ["/customers"] = seed => ["customers?limit=500&count=exact", "customers?limit=500&q=" + seed.Word, "customers?filter=" + Escape($"name : \"{seed.Word}\""), "customers?filter=" + Escape($"parent.name : \"{seed.Word}\""), "customers?deleted=true"],
        ["/contacts"] = seed => ["contacts?limit=500&count=true", "contacts?limit=500&q=" + seed.Word, "contacts?filter=" + Escape($"customer.name : \"{seed.Word}\""), "contacts?sort=customer&limit=1", "contacts?sort=-customer&limit=2"],
        ["/activities"] = seed => ["activities?limit=500&count=true", "activities?filter=" + Escape($"content : \"{seed.Word}\"")],
        ["/relations"] = _ => ["relations?limit=500"],
        ["/leads"] = seed => ["leads?limit=500&count=exact", "leads?limit=500&q=" + seed.Word, "leads?filter=" + Escape($"company : \"{seed.Word}\""), "leads?filter=" + Escape($"referredBy.name : \"{seed.Word}\""), "./leads:aggregate?group=company&measure=count", "./leads:export?format=csv"],
        ["/leads:response"] = _ => ["./leads:response"],
        ["/{type}:response"] = _ => ["./leads:response"],
        ["/{type}/{id}/matches"] = seed => [$"leads/{seed.Lead}/matches"],
        ["/{type}/{id}/turned-away"] = seed => [$"lead-forms/{seed.Id}/turned-away"],
        ["/{type}/{id}/referrals"] = seed => [$"customers/{seed.Id}/referrals"],
        ["/lead-rules"] = _ => ["lead-rules?limit=500"],
        ["/lead-mailboxes"] = _ => ["lead-mailboxes?limit=500"],
        ["/lead-forms"] = _ => ["lead-forms?limit=500"],
        ["/forecast"] = _ => ["forecast", "forecast?period=2026"],
        ["/forecast/changes"] = _ => ["forecast/changes?period=2026"],
        ["/forecast/past"] = _ => ["forecast/past"],
        ["/forecast/snapshots"] = _ => ["forecast/snapshots"],
        ["/targets"] = _ => ["targets?limit=500"],
        ["/{type}:grid"] = _ => ["./targets:grid?period=2026"],
        ["/performance"] = _ => ["performance?period=2026", "performance?period=2026&by=productLine", "performance?period=2026&by=product"],
        ["/performance/competitors"] = _ => ["performance/competitors?period=2026"],
        ["/working-hours"] = _ => ["working-hours"],
        ["/numbering"] = _ => ["numbering"],
        ["/deals"] = seed => ["deals?limit=500&count=exact", "deals?limit=500&q=" + seed.Word, "deals?filter=" + Escape($"customer.name : \"{seed.Word}\"")],
        ["/deal-lines"] = seed => ["deal-lines?limit=500&count=true", "deal-lines?filter=" + Escape($"deal.name : \"{seed.Word}\"")],
        ["/quotes"] = seed => ["quotes?limit=500&count=exact", "quotes?limit=500&q=" + seed.Word, "quotes?filter=" + Escape($"customer.name : \"{seed.Word}\"")],
        ["/quote-lines"] = seed => ["quote-lines?limit=500&count=true", "quote-lines?filter=" + Escape($"quote.number : \"{seed.Word}\"")],
        ["/quotes/rules"] = _ => ["quotes/rules"],
        ["/{type}/rules"] = _ => ["quotes/rules"],
        ["/{type}/{id}/sheet"] = seed => [$"quotes/{seed.Quote}/sheet"],
        ["/{type}/{id}/editions"] = seed => [$"quotes/{seed.Quote}/editions", $"quotes/{seed.Quote}/editions?from=1", $"sales-processes/{processes[0]}/editions"],
        ["/{type}/{id}/paper"] = seed => [$"quotes/{seed.Quote}/paper"],
        ["/offers/{secret}"] = seed => [$"offers/{seed.Word}"],
        ["/offers/{secret}/paper"] = seed => [$"offers/{seed.Word}/paper"],
        ["/product-costs"] = _ => ["product-costs?limit=500"],
        ["/discount-rules"] = _ => ["discount-rules?limit=500"],
        ["/bundle-items"] = _ => ["bundle-items?limit=500"],
        ["/orders"] = seed => ["orders?limit=500&count=exact", "orders?limit=500&q=" + seed.Word, "orders?filter=" + Escape($"customer.name : \"{seed.Word}\"")],
        ["/order-lines"] = seed => ["order-lines?limit=500&count=true", "order-lines?filter=" + Escape($"order.number : \"{seed.Word}\"")],
        ["/costs"] = seed => ["costs?limit=500&count=exact", "costs?limit=500&q=" + seed.Word, "costs?filter=" + Escape($"customer.name : \"{seed.Word}\"")],
        ["/{type}/{id}/score"] = seed => [$"deals/{seed.Deal}/score", $"leads/{seed.Lead}/score"],
        ["/scoring"] = _ => ["scoring", "scoring?of=leads"],
        ["/lab/scores"] = _ => ["lab/scores"],
        ["/lab/scores/{id}"] = seed => [$"lab/scores/{seed.Deal}"],
        ["/value/acquired"] = _ => ["value/acquired"],
        ["/demand"] = _ => ["demand"],
        ["/demand/gap"] = seed => [$"demand/gap?has={seed.Deal}&lacks={seed.Id}"],
        ["/value/what-if"] = _ => ["value/what-if", "value/what-if?retention=10&price=2"],
        ["/retention"] = seed => ["retention?limit=200", "retention?filter=" + Escape($"name : \"{seed.Word}\"")],
        ["/retention/actions"] = _ => ["retention/actions"],
        ["/retention/lifetimes"] = _ => ["retention/lifetimes", "retention/lifetimes?by=source"],
        ["/value/transitions"] = _ => ["value/transitions"],
        ["/value/transitions/customers"] = _ => ["value/transitions/customers?was=none&is=small&limit=500", "value/transitions/customers?was=small&is=small&limit=500"],
        ["/retention/lost"] = _ => ["retention/lost"],
        ["/contracts"] = seed => ["contracts?limit=500&count=exact", "contracts?limit=500&q=" + seed.Word, "contracts?filter=" + Escape($"customer.name : \"{seed.Word}\"")],
        ["/{type}/{id}/gaps"] = seed => [$"price-lists/{seed.Id}/gaps"],
        ["/contract-lines"] = seed => ["contract-lines?limit=500&count=true", "contract-lines?filter=" + Escape($"contract.name : \"{seed.Word}\"")],
        ["/contract-amendments"] = _ => ["contract-amendments?limit=500"],
        ["/payment-plans"] = seed => ["payment-plans?limit=500", "payment-plans?filter=" + Escape($"contract.name : \"{seed.Word}\"")],
        ["/invoices"] = seed => ["invoices?limit=500&count=exact", "invoices?limit=500&q=" + seed.Word],
        ["/invoice-lines"] = _ => ["invoice-lines?limit=500"],
        ["/invoice-titles"] = seed => ["invoice-titles?limit=500", "invoice-titles?filter=" + Escape($"title : \"{seed.Word}\"")],
        ["/receipts"] = seed => ["receipts?limit=500&count=exact", "receipts?limit=500&q=" + seed.Word],
        ["/receipt-allocations"] = _ => ["receipt-allocations?limit=500"],
        ["/deliveries"] = seed => ["deliveries?limit=500&count=exact", "deliveries?limit=500&q=" + seed.Word],
        ["/delivery-lines"] = seed => ["delivery-lines?limit=500", "delivery-lines?filter=" + Escape($"delivery.number : \"{seed.Word}\"")],
        ["/customer-credits"] = _ => ["customer-credits?limit=500"],
        ["/credit-overrides"] = _ => ["credit-overrides?limit=500"],
        ["/{type}/{id}/credit"] = seed => [$"customers/{seed.Id}/credit"],
        ["/shared/orders/{secret}"] = _ => ["shared/orders/not-a-secret-that-anybody-was-given-here"],
        ["/dunnings"] = _ => ["dunnings?limit=500"],
        ["/{type}/{id}/letter"] = seed => [$"dunnings/{seed.Dunning}/letter", $"dunnings/{seed.Dunning}/letter?language=en"],
        ["/receivables/aging"] = _ => ["receivables/aging", "receivables/aging?group=owner", "receivables/aging?basis=plans&asOf=2026-11-21"],
        ["/receivables/rules"] = _ => ["receivables/rules"],
        ["/value"] = _ => ["value"],
        ["/value/policies"] = _ => ["value/policies"],
        ["/value/settings"] = _ => ["value/settings"],
        ["/{type}/{id}/value"] = seed => [$"customers/{seed.Id}/value"],
        ["/approvals"] = _ => ["approvals?limit=500", "approvals?box=mine&limit=500", "approvals?box=done&limit=500"],
        ["/approvals/{id}"] = seed => [$"approvals/{seed.Deal}"],
        ["/approvals/kinds"] = _ => ["approvals/kinds"],
        ["/approvals/delegations"] = _ => ["approvals/delegations", "approvals/delegations?all=true"],
        ["/approval-definitions"] = _ => ["approval-definitions?limit=500"],
        ["/deal-contacts"] = seed => ["deal-contacts?limit=500&count=true", "deal-contacts?filter=" + Escape($"contact.name : \"{seed.Word}\"")],
        ["/{type}/{id}/analysis"] = _ => [$"sales-processes/{processes[0]}/analysis?days=3650"],
        ["/steps"] = _ => ["steps"],
        ["/steps/{id}/files/{file}"] = seed => [$"steps/{seed.Activity}/files/{seed.File}"],
        ["/steps/{id}"] = seed => [$"steps/{seed.Activity}"],
        ["/gate-exceptions"] = _ => ["gate-exceptions?limit=500&count=true"],
        ["/{type}:board"] = _ => ["./deals:board?process=" + processes[0]],
        ["/{type}/{id}/gate"] = seed => [$"deals/{seed.Deal}/gate", $"deals/{seed.Deal}/gate?to=won"],
        ["/{type}/{id}/stays"] = seed => [$"deals/{seed.Deal}/stays"],
        ["/{type}:price"] = seed => [$"./products:price?product={seed.Deal}&customer={seed.Id}"],
        ["/{type}"] = _ => [],
        ["/{type}/{id}"] = seed => [$"customers/{seed.Id}", $"contacts/{seed.Contact}", $"activities/{seed.Activity}", $"deals/{seed.Deal}"],
        ["/{type}/{id}/history"] = seed => [$"customers/{seed.Id}/history", $"contacts/{seed.Contact}/history", $"activities/{seed.Activity}/history", $"leads/{seed.Lead}/history"],
        ["/{type}/{id}/timeline"] = seed => [$"customers/{seed.Id}/timeline", $"contacts/{seed.Contact}/timeline", $"leads/{seed.Lead}/timeline", $"deals/{seed.Deal}/timeline"],
        ["/{type}/{id}/access"] = seed => [$"customers/{seed.Id}/access", $"contacts/{seed.Contact}/access"],
        ["/{type}/{id}/shares"] = seed => [$"customers/{seed.Id}/shares"],
        ["/{type}/{id}/follow"] = seed => [$"customers/{seed.Id}/follow"],
        ["/{type}/{id}/followers"] = seed => [$"customers/{seed.Id}/followers"],
        ["/{type}/{id}/files"] = seed => [$"customers/{seed.Id}/files"],
        ["/{type}/{id}/overview"] = seed => [$"customers/{seed.Id}/overview"],
        ["/{type}:aggregate"] = seed => ["./customers:aggregate?group=name&measure=count", "./customers:aggregate?group=city,level&measure=count,max(employees)", "./contacts:aggregate?group=customer", "./activities:aggregate?group=customer", "./customers:aggregate?group=tags", "./customers:aggregate?group=value.tier,value.rfm&measure=count,sum(value.historical)"],
        ["/{type}:export"] = seed => ["./customers:export?format=csv", "./customers:export?format=json", $"./customers:export?format=vcf&ids={seed.Id}", "./contacts:export?format=csv", $"./contacts:export?format=vcf&ids={seed.Contact}", "./activities:export?format=json"],
        ["/{type}/{id}/personal-data"] = seed => [$"contacts/{seed.Contact}/personal-data"],
        ["/{type}/{id}/mentions"] = seed => [$"contacts/{seed.Contact}/mentions"],
        ["/{type}:compare"] = seed => [$"./customers:compare?ids={seed.Id},{Guid.CreateVersion7()}", $"./contacts:compare?ids={seed.Contact},{Guid.CreateVersion7()}"],
        ["/duplicates"] = _ => ["duplicates?count=true", "duplicates?type=contacts"],
        ["/duplicates/scan"] = _ => ["duplicates/scan"],
        ["/merges"] = seed => ["merges", $"merges?record={seed.Id}"],
        ["/segments"] = _ => ["segments?limit=500", .. segments.SelectMany(id => new[] { "customers?count=exact&filter=" + Escape($"segment = \"{id}\""), "contacts?filter=" + Escape($"customer.segment = \"{id}\""), "./customers:aggregate?group=name&filter=" + Escape($"segment = \"{id}\"") })],
        ["/segments:sizes"] = _ => ["./segments:sizes"],
        ["/segments:overlap"] = _ => [$"./segments:overlap?ids={segments[0]},{segments[1]}"],
        ["/{type}/{id}/figures"] = _ => [.. segments.Select(id => $"segments/{id}/figures")],
        ["/{type}/{id}/segments"] = seed => [$"customers/{seed.Id}/segments"],
        ["/lifecycle"] = _ => ["lifecycle"],
        ["/lifecycle/rules"] = _ => ["lifecycle/rules"],
        ["/{type}/{id}/stages"] = seed => [$"customers/{seed.Id}/stages"],
        ["/quality"] = _ => ["quality", "quality?type=contacts"],
        ["/quality/work"] = _ => ["quality/work?limit=500", "quality/work?type=contacts&limit=500"],
        ["/quality/rules"] = _ => ["quality/rules"],
        ["/{type}/{id}/quality"] = seed => [$"customers/{seed.Id}/quality", $"contacts/{seed.Contact}/quality"],
        ["/external-ids"] = seed => ["external-ids?limit=500&count=true", "external-ids?filter=" + Escape($"customer.name : \"{seed.Word}\"")],
        ["/sources"] = _ => ["sources"],
        ["/sources/conflicts"] = _ => ["sources/conflicts?limit=500", "sources/conflicts?type=contacts"],
        ["/pools"] = _ => ["pools?limit=500"],
        ["/holding-rules"] = _ => ["holding-rules?limit=500"],
        ["/collision-requests"] = _ => ["collision-requests?limit=500"],
        ["/collisions"] = _ => ["collisions", "collisions?box=mine", "collisions?box=done"],
        ["/collisions/{id}"] = seed => [$"collisions/{seed.Id}"],
        ["/pool"] = seed => ["pool?limit=500", "pool?q=" + seed.Word, "pool?city=" + seed.Word],
        ["/{type}/{id}/pool-history"] = seed => [$"customers/{seed.Id}/pool-history"],
        ["/matching"] = _ => ["matching"],
        ["/consents"] = _ => ["consents?limit=500"],
        ["/reads"] = seed => ["reads?limit=500", $"reads?record={seed.Id}"],
        ["/reads/fields"] = _ => ["reads/fields"],
        ["/privacy"] = _ => ["privacy"],
        ["/files/{file}"] = seed => [$"files/{seed.File}"],
        ["/search"] = seed => ["search?q=" + seed.Word, "search?q=" + seed.Word[..^2], "search?q=" + seed.Phone[5..], "search?q=" + seed.Wechat],
        ["/home"] = _ => ["home"],
        ["/notifications"] = _ => ["notifications?limit=200"],
        ["/changes"] = _ => ["changes?since=0&limit=500", "changes?since=0&limit=500&types=customers"],
        ["/views"] = _ => ["views?type=customers"],
        ["/record-types"] = _ => ["record-types"],
        ["/record-types/{type}"] = _ => ["record-types/customers"],
        ["/record-types/{type}/fields"] = _ => ["record-types/customers/fields"],
        ["/functions"] = _ => ["functions"],
        ["/tokens"] = _ => ["tokens"],
        ["/settings"] = _ => ["settings"],
        ["/ledger"] = _ => ["ledger?limit=500"],
        ["/ledger/state"] = _ => ["ledger/state"],
        ["/ledger/checkpoints"] = _ => ["ledger/checkpoints"],
        ["/ledger/{seq}/proof"] = _ => ["ledger/1/proof"],
        ["/ledger/growth"] = _ => ["ledger/growth"],
        ["/backups"] = _ => ["backups"],
        ["/divisions"] = _ => ["divisions"],
        ["/setup"] = _ => ["setup"],
        ["/session"] = _ => ["session"],
        ["/session/step-up"] = _ => ["session/step-up"],
        ["/session/providers"] = _ => ["session/providers"],
        ["/session/openid/callback"] = _ => ["session/openid/callback"],
        ["/sessions"] = _ => ["sessions"],
        ["/security-events"] = _ => ["security-events"],
        ["/sign-in/policy"] = _ => ["sign-in/policy"],
        ["/sign-in/providers"] = _ => ["sign-in/providers"],
        ["/users/{id}/security"] = seed => [$"users/{seed.Owner}/security"],
        ["/me/security/sessions"] = _ => ["me/security/sessions"],
        ["/me/security"] = _ => ["me/security"],
        ["/me"] = _ => ["me"],
        ["/imports"] = _ => ["imports"],
        ["/imports/{id}"] = seed => [$"imports/{seed.Id}"],
        ["/imports/{id}/rejects"] = seed => [$"imports/{seed.Id}/rejects"],
        ["/imports/{id}/errors"] = seed => [$"imports/{seed.Id}/errors"],
        ["/imports/{id}/rows"] = seed => [$"imports/{seed.Id}/rows", $"imports/{seed.Id}/rows?kind=alike"],
        ["/import-mappings"] = _ => ["import-mappings", "import-mappings?type=contacts"],
        ["/live"] = _ => [], // asked below: it does not end by itself
    };

    [Fact]
    public void Every_way_to_read_is_asked()
    {
        var known = Ways.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var path in ReadingEndpoints())
        {
            Assert.True(known.Contains(path) || known.Contains(General(path)), $"GET {path} is not asked by the leak test");
        }
    }

    [Fact]
    public async Task Nothing_hidden_comes_back_by_any_way()
    {
        var company = server.Company;
        var people = company.Everybody.ToList();
        var stages = new { stages = new object[] { new { key = "a", name = "一", probability = 10, exit = new object[] { new { key = "boss", kind = "approval" } } }, new { key = "b", name = "二", probability = 50 } } };
        processes.Add((await company.CreateAsync(company.WangFang, "sales-processes", new { name = "流程", isDefault = true, definition = stages })).Id);
        var planted = new List<Planted>();
        for (var i = 0; i < 12; i++)
        {
            planted.Add(await PlantAsync(people, planted));
        }

        segments.Add((await company.CreateAsync(company.WangFang, "segments", new { name = "有跟进", filter = "activities(kind = \"note\") >= 1" })).Id);
        segments.Add((await company.CreateAsync(company.WangFang, "segments", new { name = "名单", kind = "static" })).Id);
        await company.Workspace.WriteAsync(company.WangFang, context => SegmentMembers.ChangeAsync(context, segments[1], JsonSerializer.SerializeToElement(new { filter = "level = null OR level != null" }), add: true, Cancel));
        while (await SegmentKeeper.TickAsync(company.Workspace, Cancel))
        {
            // Until everything is in.
        }

        while (await Guanxi.Customers.Quality.QualityKeeper.TickAsync(company.Workspace, Cancel))
        {
            // Until everything is judged.
        }

        var asked = 0;
        foreach (var actor in people)
        {
            var client = server.As(actor.Person.UserName);
            var hidden = planted.Where(seed => !Sees(actor, seed)).ToList();
            var seen = planted.Except(hidden).ToList();
            foreach (var seed in planted)
            {
                foreach (var path in Ways.Values.SelectMany(way => way(seed)).Distinct(StringComparer.Ordinal))
                {
                    using var answer = await client.GetAsync(path, Cancel);
                    var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(Cancel)) + answer.Headers + answer.Content.Headers;
                    // A cursor carries the sort values of the last row.
                    text += string.Concat(NextCursor().Matches(text).Select(match => Readable(match.Groups["cursor"].Value)));
                    asked++;
                    Assert.True((int)answer.StatusCode < 500, $"{actor.Person.UserName} {path}: {(int)answer.StatusCode}");

                    // What was typed comes back in some messages; that is no leak.
                    text = text.Replace(seed.Word, "", StringComparison.Ordinal);
                    foreach (var other in hidden.Where(other => other != seed || !path.Contains(seed.Word, StringComparison.Ordinal)))
                    {
                        if (Around(text, other) is { } around)
                        {
                            Assert.Fail($"{actor.Person.UserName} ({actor.Role!.Key}) sees {other.Word} by GET {path}: {around}");
                        }

                        if (!path.Contains(other.Id.ToString(), StringComparison.Ordinal) && !path.StartsWith("ledger", StringComparison.Ordinal))
                        {
                            Assert.False(text.Contains(other.Id.ToString(), StringComparison.Ordinal) || text.Contains(other.Contact.ToString(), StringComparison.Ordinal), $"{actor.Person.UserName} learns the id of {other.Word} by GET {path}");
                        }
                    }

                    if (actor.Role!.Key == "analyst")
                    {
                        Assert.False(planted.Any(one => text.Contains(one.Phone, StringComparison.Ordinal) || (text.Contains(one.Wechat, StringComparison.Ordinal) && !path.Contains(one.Wechat, StringComparison.Ordinal))), $"the analyst reads a masked or hidden field by GET {path}");
                    }
                }

                // Not to be told from what is not there at all.
                if (hidden.Contains(seed))
                {
                    Assert.Equal(await ShapeAsync(client, $"customers/{Guid.CreateVersion7()}"), await ShapeAsync(client, $"customers/{seed.Id}"));
                    Assert.Empty((await client.ReadAsync("search?q=" + seed.Word)).GetProperty("items").EnumerateArray());
                }
            }

            // The oracle is no wider than the truth: what should be seen is seen.
            var listed = (await client.ReadAsync("customers?limit=500&fields=name")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!).ToList();
            Assert.Equal(seen.Select(seed => seed.Word + "公司").Order(StringComparer.Ordinal), listed.Where(name => planted.Any(seed => name == seed.Word + "公司")).Order(StringComparer.Ordinal));
        }

        Assert.True(asked > 3000, $"only {asked} questions were asked");
    }

    [Fact]
    public async Task The_live_stream_tells_nobody_of_a_stranger_s_record()
    {
        var company = server.Company;
        using var request = new HttpRequestMessage(HttpMethod.Get, "live");
        using var answer = await server.As("zhaomin").SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        var strange = await company.CustomerAsync(company.ZhangWei, "不该听见");
        var own = await company.CustomerAsync(company.ZhaoMin, "该听见");
        var heard = new StringBuilder();
        while (await lines.ReadLineAsync(Cancel) is { } line)
        {
            heard.AppendLine(line);
            if (line.Contains(own.Id.ToString(), StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.DoesNotContain(strange.Id.ToString(), heard.ToString(), StringComparison.Ordinal);
    }

    private static bool Sees(Actor actor, Planted seed)
    {
        var owner = actor.Directory.Person(seed.Owner)!;
        var owned = actor.Role!.On("customers").For(Verb.Read) switch
        {
            Reach.All => true,
            Reach.None => false,
            Reach.Own => owner.Id == actor.Id,
            Reach.Team => owner.Id == actor.Id || owner.TeamId == actor.Person.TeamId,
            _ => owner.Id == actor.Id || actor.Directory.TeamAndAbove(owner.TeamId).Contains(actor.Person.TeamId!.Value),
        };
        return owned || seed.Shares.Any(share => share.User == actor.Id || (share.Team is { } team && actor.Directory.TeamAndAbove(actor.Person.TeamId).Contains(team)));
    }

    private async Task<Planted> PlantAsync(List<Actor> people, List<Planted> before)
    {
        var company = server.Company;
        var number = before.Count;
        var owner = people[random.Next(people.Count)];
        // Letters that are no pinyin and no part of each other.
        var word = string.Create(8, (random, number), static (span, state) =>
        {
            span[0] = 'v';
            span[1] = (char)('a' + state.number);
            for (var i = 2; i < span.Length; i++)
            {
                span[i] = "bvxkwqzjf"[state.random.Next(9)];
            }
        });
        var (phone, wechat) = ($"+861391{random.Next(1000, 9999)}{number:000}", $"wx{word[2..]}{number}");
        var parent = number > 3 && random.Next(2) == 0 ? before[random.Next(before.Count)].Id : (Guid?)null;
        var customer = await company.CustomerAsync(company.WangFang, word + "公司", new { owner = owner.Id, phone, wechat, note = word + "备注", city = word + "市", tags = new[] { word + "标签" }, parent });
        var contact = await company.CreateAsync(company.WangFang, "contacts", new { name = word + "联系人", customer = customer.Id, phone, wechat });
        var activity = await company.CreateAsync(company.WangFang, "activities", new { kind = "note", content = word + "内容", customer = customer.Id });
        var deal = await company.CreateAsync(company.WangFang, "deals", new { name = word + "商机", customer = customer.Id, amount = new { amount = "1", currency = "CNY" }, productLine = word + "产品线", competitors = new[] { word + "对手" }, expectedClose = "2026-12-01" });
        var lead = await company.CreateAsync(company.WangFang, "leads", new { company = word + "线索公司", contactName = word + "先生", need = word + "需求", referredBy = customer.Id, owner = owner.Id });
        await company.CreateAsync(company.WangFang, "activities", new { kind = "call", content = word + "首次来电", lead = lead.Id });
        await company.CreateAsync(company.WangFang, "deal-lines", new { deal = deal.Id, description = word + "明细", unitPrice = new { amount = "7", currency = "CNY" } });
        var order = await company.CreateAsync(company.WangFang, "orders", new { number = word + "单", customer = customer.Id, amount = new { amount = "3", currency = "CNY" } });
        await company.CreateAsync(company.WangFang, "order-lines", new { order = order.Id, description = word + "货", unitPrice = new { amount = "3", currency = "CNY" } });
        await company.CreateAsync(company.WangFang, "costs", new { subject = word + "差旅", kind = "sales", customer = customer.Id, amount = new { amount = "3", currency = "CNY" } });
        await company.Workspace.WriteAsync(company.WangFang, context => Guanxi.Sales.Orders.Shipping.DeliverAsync(context, order.Id, null, ship: true, null, delivery => Task.FromResult((delivery["number"], delivery["carrier"]) = (word + "发", word + "物流")), Cancel));
        await company.CreateAsync(company.WangFang, "customer-credits", new { customer = customer.Id, creditLimit = new { amount = "999999", currency = "CNY" }, reason = word + "信用" });
        await company.CreateAsync(company.WangFang, "credit-overrides", new { customer = customer.Id, amount = new { amount = "5", currency = "CNY" }, until = "2026-12-01", reason = word + "例外" });
        var contract = await company.CreateAsync(company.WangFang, "contracts", new { number = word + "约", name = word + "合同", customer = customer.Id, amount = new { amount = "100", currency = "CNY" } });
        await company.CreateAsync(company.WangFang, "contract-lines", new { contract = contract.Id, description = word + "条目", unitPrice = new { amount = "100", currency = "CNY" } });
        await company.CreateAsync(company.WangFang, "payment-plans", new { contract = contract.Id, name = word + "首付", dueOn = "2026-10-01", amount = new { amount = "100", currency = "CNY" } });
        await company.Workspace.WriteAsync(company.WangFang, context => Guanxi.Sales.Contracts.ContractSteps.SubmitAsync(context, contract.Id, cancel: Cancel));
        await company.Workspace.WriteAsync(company.Program, context => Guanxi.Sales.Contracts.ContractSteps.DecideAsync(context, contract.Id, approved: true, null, Cancel));
        await company.CreateAsync(company.WangFang, "contract-amendments", new { contract = contract.Id, reason = word + "变更", newTerms = word + "条款" });
        await company.CreateAsync(company.WangFang, "invoice-titles", new { customer = customer.Id, title = word + "抬头" });
        var invoice = await company.CreateAsync(company.WangFang, "invoices", new { number = word + "票", customer = customer.Id, contract = contract.Id, kind = "ordinary", amount = new { amount = "50", currency = "CNY" } });
        await company.CreateAsync(company.WangFang, "invoice-lines", new { invoice = invoice.Id, description = word + "项目", amount = new { amount = "50", currency = "CNY" } });
        await company.Workspace.WriteAsync(company.WangFang, context => Guanxi.Sales.Receivables.InvoiceSteps.IssueAsync(context, invoice.Id, null, null, null, Cancel));
        await company.CreateAsync(company.WangFang, "receipts", new { number = word + "收", customer = customer.Id, contract = contract.Id, payer = word + "付款方", amount = new { amount = "20", currency = "CNY" } });
        var dunning = await company.CreateAsync(company.WangFang, "dunnings", new { label = word + "催款", customer = customer.Id, invoice = invoice.Id });
        var quote = await company.CreateAsync(company.WangFang, "quotes", new { name = word + "报价", customer = customer.Id, note = word + "说明" });
        await company.CreateAsync(company.WangFang, "quote-lines", new { quote = quote.Id, description = word + "项", unitPrice = new { amount = "5", currency = "CNY" } });
        await company.Workspace.WriteAsync(company.WangFang, context => Guanxi.Sales.Quotes.QuoteFlow.SentAsync(context, quote.Id, Cancel));
        await company.CreateAsync(company.WangFang, "deal-contacts", new { deal = deal.Id, contact = contact.Id, role = "decider", note = word + "角色" });
        await company.CreateAsync(company.WangFang, "gate-exceptions", new { deal = deal.Id, condition = "boss", reason = word + "理由" });
        await company.ChangeAsync(company.WangFang, customer, new { shortName = word + "简称" });
        await company.CreateAsync(company.WangFang, "external-ids", new { customer = customer.Id, system = "ERP", externalId = word + "编号" });
        await company.Workspace.WriteAsync(company.WangFang, context => SyncRecord.RunAsync(context, customer.Type, "ERP", word + "编号", JsonSerializer.SerializeToElement(new { city = word + "别处", wechat = wechat + "x" }), Cancel));
        using var form = new MultipartFormDataContent();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(word + "文件"));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        form.Add(content, "file", word + ".txt");
        var file = await (await server.As("wangfang").PostAsync($"customers/{customer.Id}/files", form, Cancel)).JsonAsync(System.Net.HttpStatusCode.Created);
        var planted = new Planted(customer.Id, owner.Id, contact.Id, activity.Id, deal.Id, quote.Id, lead.Id, file.GetProperty("id").GetGuid(), dunning.Id, word, phone, wechat);
        for (var shares = random.Next(3); shares > 0; shares--)
        {
            var with = people.Where(person => person.Id != owner.Id).ElementAt(random.Next(people.Count - 1));
            var toTeam = random.Next(3) == 0 && with.Person.TeamId is not null;
            var ended = random.Next(4) == 0;
            await Grants.AddAsync(company.Workspace, company.WangFang, customer.Type, customer.Id, toTeam ? null : with.Id, toTeam ? with.Person.TeamId : null, "read", null, ended ? company.Time.GetUtcNow().AddMilliseconds(1) : null, Cancel);
            planted.Shares.RemoveAll(known => known.User == (toTeam ? null : with.Id) && known.Team == (toTeam ? with.Person.TeamId : null));
            if (ended)
            {
                company.Time.Pass(TimeSpan.FromMilliseconds(5));
            }
            else
            {
                planted.Shares.Add((toTeam ? null : with.Id, toTeam ? with.Person.TeamId : null));
            }
        }

        return planted;
    }

    private static async Task<string> ShapeAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancel);
        return $"{(int)answer.StatusCode} {TraceId().Replace(await answer.Content.ReadAsStringAsync(Cancel), "")}";
    }

    /// <summary>The text around a word of the record; null when none stands in it.</summary>
    private static string? Around(string text, Planted seed)
    {
        var at = new[] { seed.Word, seed.Phone, seed.Wechat }.Max(word => text.IndexOf(word, StringComparison.Ordinal));
        return at < 0 ? null : text[Math.Max(0, at - 120)..Math.Min(text.Length, at + 60)];
    }

    private static string Escape(string filter) => Uri.EscapeDataString(filter);

    private IEnumerable<string> ReadingEndpoints() =>
        server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
            .Where(path => path.StartsWith("/api/v1/", StringComparison.Ordinal))
            .Select(path => Constraint().Replace(path["/api/v1".Length..], "").TrimEnd('/'));

    private string General(string path)
    {
        var type = server.Company.Workspace.Schema.Types.Select(known => known.Name).FirstOrDefault(name => path == "/" + name || path.StartsWith($"/{name}/", StringComparison.Ordinal) || path.StartsWith($"/{name}:", StringComparison.Ordinal));
        return type is null ? path : "/{type}" + path[(type.Length + 1)..];
    }

    private static string Readable(string cursor)
    {
        try
        {
            return JsonDocument.Parse(Base64Url.DecodeFromChars(cursor.Split('.')[^1])).RootElement.ToString();
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return "";
        }
    }

    [GeneratedRegex("\"next\":\"(?<cursor>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NextCursor();

    [GeneratedRegex(":(guid|long|int)(?=})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Constraint();

    [GeneratedRegex("\"traceId\":\"[^\"]*\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TraceId();
}
