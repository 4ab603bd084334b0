using Guanxi.Customers.Activities;
using Guanxi.Customers.Collisions;
using Guanxi.Customers.Contacts;
using Guanxi.Customers.Customers;
using Guanxi.Customers.Pools;
using Guanxi.Customers.Privacy;
using Guanxi.Customers.Sources;
using Guanxi.Insight.Scoring;
using Guanxi.Insight.Targets;
using Guanxi.Insight.Value;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Numbering;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Costs;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Credit;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Leads;
using Guanxi.Sales.Orders;
using Guanxi.Sales.Processes;
using Guanxi.Sales.Quotes;
using Guanxi.Sales.Receivables;

namespace Guanxi;

/// <summary>The nouns of the trade, in the order a menu shows them. Adding one is a line here, its class and its table.</summary>
public static class Nouns
{
    public static IReadOnlyList<RecordType> All { get; } =
    [
        Customer.Description.With(ValueFields.Section, ValueFields.All).With(CreditFields.Section, CreditFields.All),
        Contact.Description,
        Activity.Description,
        Relation.Description,
        Consent.Description,
        ExternalId.Description,
        Deal.Description.With(ScoreFields.Section, ScoreFields.All),
        Lead.Description.With(ScoreFields.Section, ScoreFields.OfLeads),
        DealLine.Description,
        DealContact.Description,
        GateException.Description,
        Quote.Description,
        QuoteLine.Description,
        SalesOrder.Description,
        OrderLine.Description,
        Cost.Description,
        Delivery.Description,
        DeliveryLine.Description,
        Contract.Description,
        ContractLine.Description,
        ContractAmendment.Description,
        PaymentPlan.Description,
        Invoice.Description,
        InvoiceLine.Description,
        InvoiceTitle.Description,
        Receipt.Description,
        Allocation.Description,
        Dunning.Description,
        CustomerCredit.Description,
        CreditOverride.Description,
        Product.Description,
        ProductCost.Description,
        PriceList.Description,
        Price.Description,
        DiscountRule.Description,
        BundleItem.Description,
        ExchangeRate.Description,
        SalesProcess.Description,
        ApprovalDefinition.Description,
        CreditRule.Description,
        NumberRule.Description,
        LeadRule.Description,
        LeadForm.Description,
        LeadMailbox.Description,
        Target.Description,
        WorkingDay.Description,
        Pool.Description,
        HoldingRule.Description,
        CollisionRequest.Description,
        Segment.Description,
        User.Description,
        Team.Description,
        RoleRecord.Description,
    ];
}
