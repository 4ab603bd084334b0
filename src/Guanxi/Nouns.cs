using Guanxi.Customers.Activities;
using Guanxi.Customers.Contacts;
using Guanxi.Customers.Customers;
using Guanxi.Customers.Privacy;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;

namespace Guanxi;

/// <summary>The nouns of the trade, in the order a menu shows them. Adding one is a line here, its class and its table.</summary>
public static class Nouns
{
    public static IReadOnlyList<RecordType> All { get; } =
    [
        Customer.Description,
        Contact.Description,
        Activity.Description,
        Relation.Description,
        Consent.Description,
        User.Description,
        Team.Description,
        RoleRecord.Description,
    ];
}
