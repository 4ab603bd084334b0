using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>From a day until a day, both included; an empty end is open.</summary>
internal static class Periods
{
    public static void Check(Record record)
    {
        if (record["startsOn"] is DateOnly start && record["endsOn"] is DateOnly end && end < start)
        {
            throw new RefusedException(Refusal.Invalid("endsOn", ("失效日早于生效日", "It ends before it begins")));
        }
    }
}
