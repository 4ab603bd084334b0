using System.Security.Cryptography;
using System.Text;
using Guanxi.Platform.Ledger;

namespace Guanxi.Tests.Platform.Ledger;

/// <summary>The tree against the plainest reading of RFC 9162, section 2.1.</summary>
public sealed class MerkleTests
{
    private static readonly byte[][] Leaves = [.. Enumerable.Range(0, 70).Select(at => MerkleHash.Leaf(Encoding.UTF8.GetBytes($"leaf {at}")))];

    /// <summary>MTH of the RFC, recursive, over ready leaf hashes.</summary>
    private static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length <= 1)
        {
            return leaves.Length == 0 ? SHA256.HashData([]) : leaves[0];
        }

        var half = 1;
        while (half * 2 < leaves.Length)
        {
            half *= 2;
        }

        return SHA256.HashData([1, .. Root(leaves[..half]), .. Root(leaves[half..])]);
    }

    private static Task<byte[]> RangeAsync(long from, long to) => Task.FromResult(Root(Leaves.AsSpan((int)from, (int)(to - from))));

    [Fact]
    public void The_hashes_are_those_that_certificate_logs_publish()
    {
        // Of the empty tree and of a tree of one empty leaf, known from RFC 6962 implementations.
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(MerkleHash.Empty));
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", Convert.ToHexStringLower(MerkleHash.Leaf([])));
    }

    [Fact]
    public void A_tree_that_grew_leaf_by_leaf_has_the_root_of_the_whole()
    {
        var frontier = new MerkleFrontier();
        for (var size = 0; size <= Leaves.Length; size++)
        {
            Assert.Equal(Root(Leaves.AsSpan(0, size)), frontier.Root());
            Assert.Equal(frontier.Root(), MerkleFrontier.FromBytes(frontier.ToBytes()).Root());
            if (size < Leaves.Length)
            {
                frontier.Append(Leaves[size]);
            }
        }
    }

    [Fact]
    public async Task Every_proof_of_every_entry_at_every_size_holds_and_no_other()
    {
        for (var size = 1; size <= 40; size++)
        {
            var root = Root(Leaves.AsSpan(0, size));
            for (var index = 0; index < size; index++)
            {
                var path = await MerkleProof.InclusionAsync(index, size, RangeAsync);
                Assert.True(MerkleProof.Includes(root, size, index, Leaves[index], path));
                Assert.False(MerkleProof.Includes(root, size, (index + 1) % size, Leaves[index], path) && size > 1);
                Assert.False(MerkleProof.Includes(root, size, index, Leaves[^1], path));
                Assert.False(MerkleProof.Includes(root, size, index, Leaves[index], [.. path, Leaves[0]]));
                if (path.Count > 0)
                {
                    Assert.False(MerkleProof.Includes(root, size, index, Leaves[index], [.. path.SkipLast(1)]));
                }
            }
        }
    }

    [Fact]
    public async Task Every_proof_of_growth_holds_and_a_rewritten_past_has_none()
    {
        for (var second = 1; second <= 40; second++)
        {
            var root = Root(Leaves.AsSpan(0, second));
            for (var first = 1; first <= second; first++)
            {
                var (old, path) = (Root(Leaves.AsSpan(0, first)), await MerkleProof.ConsistencyAsync(first, second, RangeAsync));
                Assert.True(MerkleProof.Extends(first, old, second, root, path), $"{first} of {second}");
                byte[][] rewritten = [.. Leaves[..first]];
                rewritten[first / 2] = Leaves[^1];
                Assert.False(MerkleProof.Extends(first, Root(rewritten), second, root, path));
                Assert.False(first != second && MerkleProof.Extends(first, root, second, old, path));
                Assert.False(MerkleProof.Extends(first, old, second, root, [.. path, Leaves[3]]));
            }
        }
    }

    [Fact]
    public async Task A_forged_proof_is_refused_ten_thousand_times_of_ten_thousand()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 10_000; trial++)
        {
            var size = random.Next(2, 64);
            var index = random.Next(size);
            var root = Root(Leaves.AsSpan(0, size));
            var path = (await MerkleProof.InclusionAsync(index, size, RangeAsync)).Select(hash => hash.ToArray()).ToList();
            var leaf = Leaves[index].ToArray();
            switch (random.Next(5))
            {
                case 0:
                    leaf[random.Next(32)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    path[random.Next(path.Count)][random.Next(32)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    path.RemoveAt(random.Next(path.Count));
                    break;
                case 3:
                    path.Insert(random.Next(path.Count + 1), RandomNumberGenerator.GetBytes(32));
                    break;
                default:
                    // A node passed off as a leaf: the second preimage that the prefixes are there against.
                    leaf = MerkleHash.Node(Leaves[0], Leaves[1]);
                    break;
            }

            Assert.False(MerkleProof.Includes(root, size, index, leaf, path), $"trial {trial}");
        }
    }
}
