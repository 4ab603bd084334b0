using Guanxi.Platform.Records;
using Guanxi.Sales.Orders;

namespace Guanxi.Rollout.Samples;

/// <summary>Several machines of a deal go out in two parts, the second weeks after the first; now and then one comes back.</summary>
internal sealed class SampleDeliveries(SampleRandom random, DateTimeOffset today)
{
    private const string Keeper = "zhoumin";
    private const int OneComesBack = 6;
    private static readonly string[] Carriers = ["德邦物流", "顺丰快运", "中铁物流", "安能物流"];
    private static readonly string[] Faults = ["主轴异响，返厂检修", "数控系统型号发错", "床身运输磕碰", "客户产线缩减，协商退回一台"];

    public List<SampleDeed> Deeds { get; } = [];

    public void Arrange(IReadOnlyList<SampleParted> orders)
    {
        for (var i = 0; i < orders.Count; i++)
        {
            var (order, line, quantity, at) = orders[i];
            var first = quantity / 2;
            Part(order, line, first, at.AddDays(random.Between(6, 15)));
            var last = Part(order, line, quantity - first, at.AddDays(random.Between(25, 45)));
            if (i % OneComesBack == 0 && last is { } arrived)
            {
                var fault = random.Of(Faults);
                Later(arrived.AddDays(random.Between(10, 30)), context => Shipping.ReturnAsync(context, order, [new LineQuantity(line, 1)], fault));
            }
        }
    }

    /// <summary>Shipped on a day and there some days later; when it arrives, null for what is not there yet.</summary>
    private DateTimeOffset? Part(Guid order, Guid line, int quantity, DateTimeOffset at)
    {
        var (carrier, tracking, made) = (random.Of(Carriers), random.Digits(12), Guid.Empty);
        var left = Later(at, async context => made = (await Shipping.DeliverAsync(context, order, [new LineQuantity(line, quantity)], ship: true, null, delivery =>
        {
            (delivery["carrier"], delivery["trackingNumber"]) = (carrier, tracking);
            return Task.CompletedTask;
        })).Id);
        return left is { } gone ? Later(gone.AddDays(random.Between(2, 6)), context => Shipping.ArriveAsync(context, made, null)) : null;
    }

    private DateTimeOffset? Later(DateTimeOffset at, Func<SaveContext, Task> work)
    {
        at = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(at)));
        if (at >= today.AddHours(-4))
        {
            return null;
        }

        Deeds.Add(new SampleDeed(at, Keeper, "page", work));
        return at;
    }
}

/// <summary>An order of several machines, as far as sending them needs it.</summary>
internal sealed record SampleParted(Guid Order, Guid Line, int Quantity, DateTimeOffset At);
