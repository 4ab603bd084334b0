using System.Net.Http.Json;
using Guanxi.Platform.Access;
using Guanxi.Server.Tests.World;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Contract;

/// <summary>Every endpoint on a record × every role × own or another's, against the plainest rule. An endpoint without a row here fails the test.</summary>
public sealed class PermissionMatrixTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly string[] Types = ["customers", "contacts", "activities"];

    /// <summary>What each call on one record needs.</summary>
    private static readonly Dictionary<string, (Verb Verb, object? Body)> Rows = new(StringComparer.Ordinal)
    {
        ["GET /{id}"] = (Verb.Read, null),
        ["PATCH /{id}"] = (Verb.Edit, new { note = "x" }),
        ["GET /{id}/history"] = (Verb.Read, null),
        ["GET /{id}/timeline"] = (Verb.Read, null),
        ["GET /{id}/access"] = (Verb.Edit, null),
        ["GET /{id}/shares"] = (Verb.Read, null),
        ["GET /{id}/follow"] = (Verb.Read, null),
        ["PUT /{id}/follow"] = (Verb.Read, null),
        ["DELETE /{id}/follow"] = (Verb.Read, null),
        ["GET /{id}/followers"] = (Verb.Read, null),
        ["GET /{id}/files"] = (Verb.Read, null),
        ["GET /{id}/overview"] = (Verb.Read, null),
        ["GET /{id}/pool-history"] = (Verb.Read, null),
        ["GET /{id}/value"] = (Verb.Read, null),
        ["GET /{id}/credit"] = (Verb.Read, null),
        ["GET /{id}/segments"] = (Verb.Read, null),
        ["GET /{id}/quality"] = (Verb.Read, null),
        ["GET /{id}/stages"] = (Verb.Read, null),
        ["GET /{id}/referrals"] = (Verb.Read, null),
        ["DELETE /{id}"] = (Verb.Delete, null),
    };

    /// <summary>Calls that only customers have.</summary>
    private static readonly string[] OfCustomers = ["/overview", "/credit", "/pool-history", "/value", "/segments", "/stages", "/quality", "/referrals"];

    /// <summary>Calls on one record that have tests of their own, by name.</summary>
    private static readonly string[] Elsewhere =
    [
        "POST /{id}/restore", "POST /{id}/history/{seq}:restore", "POST /{id}/shares", "DELETE /{id}/shares/{share}", "POST /{id}/files",
        "POST /{id}:confirm", "POST /{id}:claim", "POST /{id}:release", "POST /{id}:protect", "POST /{id}:erase", "GET /{id}/personal-data", "GET /{id}/mentions", "POST /{id}:complete", "POST /{id}:reopen", "POST /{id}:snooze",
    ];

    private IEnumerable<(string Method, string Path)> Endpoints() =>
        server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method => (method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))))
            .Where(item => item.Item2.StartsWith("/api/v1/", StringComparison.Ordinal));

    [Fact]
    public void Every_endpoint_on_a_record_has_a_row()
    {
        foreach (var (method, path) in Endpoints())
        {
            var type = Types.FirstOrDefault(name => path.StartsWith($"/api/v1/{name}/{{id", StringComparison.Ordinal));
            if (type is not null)
            {
                var row = method + " " + path[$"/api/v1/{type}".Length..].Replace(":guid", "", StringComparison.Ordinal).Replace(":long", "", StringComparison.Ordinal);
                Assert.True(Rows.ContainsKey(row) || Elsewhere.Contains(row), $"{row} has no row in the matrix of rights");
            }
        }
    }

    [Fact]
    public async Task Nobody_gets_anywhere_without_signing_in()
    {
        using var nobody = server.Client(null);
        foreach (var (method, path) in Endpoints())
        {
            var call = path["/api/v1/".Length..].Replace("{id:guid}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal).Replace("{share:guid}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
                .Replace("{file:guid}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal).Replace("{batch:guid}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal).Replace("{move:guid}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal).Replace("{provider:guid}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal).Replace("{seq:long}", "1", StringComparison.Ordinal)
                .Replace("{type}", "customers", StringComparison.Ordinal).Replace("{name}", "x", StringComparison.Ordinal).Replace("{secret}", "x", StringComparison.Ordinal).Replace("{**path}", "x", StringComparison.Ordinal);
            // What is there to sign in with is open to everybody; Door/ tests each of these doors.
            if (call is "setup" or "session" or "session/second-factor" or "session/reset" or "session/reset:check" or "session/passkey" or "session/passkey:options" or "session/providers" or "session/openid" or "session/openid/callback" or "shared/orders/x" || call.StartsWith("offers/", StringComparison.Ordinal))
            {
                continue;
            }

            using var request = new HttpRequestMessage(new HttpMethod(method), "./" + call);
            if (method is "POST" or "PATCH" or "PUT")
            {
                request.Content = JsonContent.Create(new { });
            }

            var status = (int)(await nobody.SendAsync(request, Cancel)).StatusCode;
            Assert.True(status is 401 || (status == 404 && path.Contains("**", StringComparison.Ordinal)), $"{method} {path}: {status}");
        }
    }

    [Fact]
    public async Task Every_call_on_a_record_obeys_the_plain_rule()
    {
        var company = server.Company;
        foreach (var actor in company.Everybody.ToList())
        {
            foreach (var owner in new[] { actor, company.ZhangWei, company.ZhaoMin })
            {
                foreach (var type in Types)
                {
                    foreach (var (row, (verb, body)) in Rows)
                    {
                        if (OfCustomers.Any(ending => row.EndsWith(ending, StringComparison.Ordinal)) && type != "customers" && !(type == "contacts" && row.EndsWith("/quality", StringComparison.Ordinal)))
                        {
                            continue;
                        }

                        var id = await MadeAsync(type, owner);
                        var parts = row.Split(' ', 2);
                        var payload = body is null ? null : JsonContent.Create(type == "activities" ? new { result = "x" } : body);
                        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), type + parts[1].Replace("{id}", id.ToString(), StringComparison.Ordinal)) { Content = payload };
                        var status = (int)(await server.As(actor.Person.UserName).SendAsync(request, Cancel)).StatusCode;
                        var expected = !May(actor, owner, type, Verb.Read) ? 404 : !May(actor, owner, type, verb) || (row.EndsWith("/value", StringComparison.Ordinal) && !actor.Has(Functions.ReadValue)) ? 403 : 200;
                        Assert.True(status == expected || (expected == 200 && status == 204), $"{actor.Person.Name} ({actor.Role!.Key}) {row} of {type} owned by {owner.Person.Name}: {status}, not {expected}");
                    }
                }
            }
        }
    }

    private async Task<Guid> MadeAsync(string type, Actor owner)
    {
        var company = server.Company;
        var customer = await company.CustomerAsync(company.WangFang, "客户", new { owner = owner.Id });
        return type switch
        {
            "contacts" => (await company.CreateAsync(company.WangFang, type, new { name = "联系人", customer = customer.Id })).Id,
            "activities" => (await company.CreateAsync(company.WangFang, type, new { kind = "note", content = "x", customer = customer.Id, owner = owner.Id })).Id,
            _ => customer.Id,
        };
    }

    private static bool May(Actor actor, Actor owner, string type, Verb verb) => actor.Role!.On(type).For(verb) switch
    {
        Reach.All => true,
        Reach.None => false,
        Reach.Own => owner.Id == actor.Id,
        Reach.Team => owner.Id == actor.Id || owner.Person.TeamId == actor.Person.TeamId,
        _ => owner.Id == actor.Id || actor.Directory.TeamAndAbove(owner.Person.TeamId).Contains(actor.Person.TeamId!.Value),
    };
}
