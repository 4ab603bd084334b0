using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Customers.Customers;

/// <summary>A company or a person the company does business with, or hopes to.</summary>
public sealed partial class Customer(RecordType type) : Record(type)
{
    public string Name => Text("name") ?? "";

    public bool IsPerson => Text("kind") == "person";

    public override bool IsProtected => Instant("protectedUntil") is not null;

    public override bool IsDealt => Text("stage") is "new" or "active" or "loyal" or "wonBack";

    /// <summary>Whether the new owner has come by the pool's own door, where its limits are kept.</summary>
    internal bool IsClaimed { get; set; }

    /// <summary>Whether the owner, or a manager, has agreed to hand it over.</summary>
    internal bool IsHandedOver { get; set; }

    public DateTimeOffset? LastActivityAt { get => Instant("lastActivityAt"); set => this["lastActivityAt"] = value; }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["kind"] ??= "company";
        this["stage"] ??= "potential";
        if (!IsNew)
        {
            await Pools.ProtectedTwins.CheckAsync(context, Id);
        }

        if (Changed("name") || Changed("kind"))
        {
            this["nameKey"] = Name.Length == 0 ? null : Pinyin.SortKey(Name, IsPerson);
        }

        if (Changed("owner"))
        {
            MayAssign(context);
            await Pools.Holdings.CheckAsync(context, this);
            this["ownedSince"] = OwnerId is null ? null : context.Now;
            this["protectedUntil"] = null;
            if (OwnerId is not null)
            {
                (this["pool"], this["pooledAt"], this["poolReason"]) = (null, null, null);
            }
        }

        if (IsNew && OwnerId is null && Reference("pool") is not null)
        {
            (this["pooledAt"], this["poolReason"]) = (context.Now, Pools.PoolRefusals.Imported.In(context.Actor.Language));
        }

        if (Changed("birthday"))
        {
            this["nextBirthday"] = Birthdays.Next(Text("birthday"), context);
        }

        if (!IsNew && Changed("nextContactAt"))
        {
            // What is planned goes before a day set by hand.
            this["nextContactAt"] = await Activities.ContactClock.NextAsync(context.Session, Id) ?? this["nextContactAt"];
        }

        CheckCreditCode(context);
        FillDivision();
        await CheckGroupAsync(context);
    }

    /// <summary>One takes customers for oneself; giving them to others, or away, is a right of its own.</summary>
    private void MayAssign(SaveContext context)
    {
        var actor = context.Actor;
        if (actor.IsSystem || IsHandedOver || actor.Has(Functions.AssignOwner) || (OwnerId is null && Changed("pool")))
        {
            return;
        }

        if (!IsNew && OwnerId is not null && !IsClaimed && Before(Type["pool"]) is not null)
        {
            throw new RefusedException(Pools.PoolRefusals.ClaimIt);
        }

        // Whoever sees it by a share alone has been asked to help, not to take it.
        var door = AccessDoor.For(actor, Type, Verb.Edit, context.Now);
        if (!IsNew && Before(Type["owner"]) is Guid owner && !door.Everything && !door.Owners.Contains(owner))
        {
            throw new RefusedException(Refusal.Invalid("owner", ("需要“分配负责人”权限才能接管同事的客户", "Taking a colleague's customer needs the right to assign owners")));
        }

        if (!(IsNew && actor.Surface == "import") && OwnerId != actor.Id)
        {
            throw new RefusedException(Refusal.Invalid("owner", ("需要“分配负责人”权限才能把客户交给别人", "Giving a customer to somebody else needs the right to assign owners")));
        }
    }

    /// <summary>The nouns whose records belong to a customer and follow its rights.</summary>
    private IEnumerable<RecordType> Children(SaveContext context) => context.Schema.Types.Where(type => type.Access == AccessKind.Child && type[type.ParentField!].Reference == Type.Name);

    /// <summary>What belongs to a customer goes and comes back with it.</summary>
    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        foreach (var child in Children(context))
        {
            var parent = new SqlName(child[child.ParentField!].Column);
            await context.SweepDeletedAsync(child, at, at is null ? Sql.Of($"{parent} = {Id} AND deleted_at = {before}") : Sql.Of($"{parent} = {Id} AND deleted_at IS NULL"));
        }
    }

    /// <summary>Early pilot codes are real and fail the check, so a wrong one is a warning that a person may override with a reason.</summary>
    private void CheckCreditCode(SaveContext context)
    {
        if (!Changed("creditCode") || Text("creditCode") is not { } code)
        {
            return;
        }

        this["creditCode"] = code = CustomerChecks.NormalizeCreditCode(code);
        if (CustomerChecks.WhatIsWrongWithCreditCode(code) is { } wrong && Text("creditCodeReason") is null)
        {
            context.Confirm("credit-code", "creditCode", wrong);
        }
    }

    private void FillDivision()
    {
        if (Changed("divisionCode") && Text("divisionCode") is { } code)
        {
            var place = CustomerChecks.Place(code) ?? throw new RefusedException(Refusal.Invalid("divisionCode", ("没有这个行政区划代码", "There is no such division code")));
            (this["province"], this["city"], this["district"]) = (place.Province, place.City, place.District);
        }
    }

    /// <summary>A group of companies is a tree: no company stands above itself.</summary>
    private async ValueTask CheckGroupAsync(SaveContext context)
    {
        if (!Changed("parent") || Reference("parent") is not { } parent)
        {
            return;
        }

        var above = (Guid?)parent;
        for (var steps = 0; above is { } at && steps < 50; steps++)
        {
            if (at == Id)
            {
                throw new RefusedException(Refusal.Invalid("parent", ("上级公司不能是自己或自己的下级", "A company cannot stand above itself")));
            }

            above = await context.Session.FirstAsync(Sql.Of($"SELECT parent_id FROM customer WHERE id = {at}"), row => row.OptionalId(0));
        }
    }

    /// <summary>What belongs to the customer follows the new owner's rights, and so do the contacts' owners.</summary>
    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (context.Actor.Batch is null && (IsNew || Changed("owner") || Changed("level") || Changed("stage") || Changed("protectedUntil")))
        {
            await Pools.PoolClock.TellAsync(context, Id);
        }

        if (IsNew && Reference("pool") is { } pool)
        {
            await Pools.PoolCustomers.WriteAsync(context, "import", Id, pool, null, Text("poolReason"));
        }

        if (!IsNew && Changed("stage"))
        {
            await Lifecycle.StageMoves.WriteAsync(context, this);
        }

        if (IsNew || !Changed("owner"))
        {
            return;
        }

        var old = (Guid?)Before(Type["owner"]);
        foreach (var child in Children(context))
        {
            var (table, parent) = (new SqlName(child.Table), new SqlName(child[child.ParentField!].Column));
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE {table} SET access_owner_id = {OwnerId} WHERE {parent} = {Id}"));
            if (child["owner"].ReadOnly || child.Name == "contacts")
            {
                // Whose owner is only ever the customer's; else the one before would go on seeing them as his own.
                await context.SweepAsync(child, "owner", OwnerId, Sql.Of($"{parent} = {Id}"), "assign");
            }
        }

        if (OwnerId is { } now || Reference("pool") is not null)
        {
            await context.SweepAsync(context.Schema["activities"], "owner", OwnerId, Sql.Of($"customer_id = {Id} AND status = 'planned' AND owner_id = {old}"), "assign");
        }

        await SearchIndex.RefreshAsync(context.Session, context.Schema, Type, Id);
        if (OwnerId is { } receiver && receiver != context.Actor.Id)
        {
            await Platform.Live.Notifications.SendAsync(context, receiver, "assigned", Type.Name, Id, Name, ("{0} 把客户分配给了你", "{0} assigned this customer to you"));
        }
    }

    /// <summary>That it came by an import goes with it, and so does what was noted beside it; who claimed it counts on.</summary>
    public override async ValueTask RemovedAsync(SaveContext context)
    {
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM pool_event WHERE customer_id = {Id} AND kind = 'import'"));
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM source_value WHERE record_id = {Id}"));
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM stage_move WHERE customer = {Sequence}"));
    }

    /// <summary>What moved follows the rights of the customer it moved to, and its clocks are told anew.</summary>
    public override async ValueTask<Func<ValueTask>?> MovingAsync(SaveContext context)
    {
        var byHand = Instant("nextContactAt") is { } next && next != await Activities.ContactClock.NextAsync(context.Session, Id);
        return async () =>
        {
            await Sources.SourceMoves.FollowAsync(context, Id);
            var owner = await context.Session.FirstAsync(Sql.Of($"SELECT owner_id FROM customer WHERE id = {Id}"), row => row.OptionalId(0));
            foreach (var child in Children(context))
            {
                var (table, parent) = (new SqlName(child.Table), new SqlName(child[child.ParentField!].Column));
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE {table} SET access_owner_id = {owner} WHERE {parent} = {Id}"));
                if (child["owner"].ReadOnly || child.Name == "contacts")
                {
                    await context.SweepAsync(child, "owner", owner, Sql.Of($"{parent} = {Id}"), context.Batch is null ? "assign" : Platform.Merging.MergeMoves.Action);
                }
            }

            await Activities.ContactClock.TellAnewAsync(context, Id, byHand);
        };
    }

    /// <summary>The next contact follows what is planned, the next birthday the calendar.</summary>
    public override async ValueTask<bool> AccountsForAsync(DatabaseSession session, Field field, object? recorded, DateTimeOffset now) => field.Name switch
    {
        "nextContactAt" => Record.ValueEquals(this[field], await Activities.ContactClock.NextAsync(session, Id)),
        "nextBirthday" => Birthdays.Follows(Text("birthday"), (DateOnly?)this[field], now),
        _ => false,
    };
}
