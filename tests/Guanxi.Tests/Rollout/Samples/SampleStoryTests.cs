using Guanxi.Rollout.Samples;
using Xunit;

namespace Guanxi.Tests.Rollout.Samples;

/// <summary>The sample is loaded at whatever hour somebody tries it.</summary>
public sealed class SampleStoryTests
{
    [Fact]
    public void Nothing_happens_to_a_customer_before_it_is_entered_at_any_hour_of_the_day()
    {
        var user = Guid.CreateVersion7(SampleWorkspace.Today);
        for (var hour = 0; hour < 24; hour += 4)
        {
            var today = SampleWorkspace.Today.AddHours(hour).AddMinutes(20);
            var random = new SampleRandom(SampleCompany.Seed);
            var book = new SampleCustomerBook(random, today, _ => user);
            book.Write(SampleCompany.Customers);
            var story = new SampleStory(random, today, _ => user);
            foreach (var customer in book.Customers)
            {
                var before = story.Deeds.Count;
                story.Tell(customer);
                Assert.DoesNotContain(story.Deeds.Skip(before), deed => deed.At <= customer.Since);
            }
        }
    }
}
