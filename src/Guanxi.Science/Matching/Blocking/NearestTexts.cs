using System.Runtime.InteropServices;
using Guanxi.Science.Matching.Fields;

namespace Guanxi.Science.Matching.Blocking;

/// <summary>Nearest neighbours of free texts by cosine, found through an inverted index of their rarer grams.</summary>
internal sealed class NearestTexts(RecordTable table, PairSpace space)
{
    private const int Neighbours = 8;
    private const int LongestPosting = 400;
    private const double LeastCosine = 0.12;

    public void AddTo(PairSet pairs)
    {
        foreach (var column in table.Columns)
        {
            if (column.Comparator is TextComparator text)
            {
                Add(column, text, pairs);
            }
        }
    }

    private void Add(FieldColumn column, TextComparator text, PairSet pairs)
    {
        var postings = Postings(column, text);
        var scores = new float[table.Count];
        var touched = new List<int>();
        var best = new PriorityQueue<int, float>();
        for (var record = 0; record < table.Count; record++)
        {
            if (column[record] < 0)
            {
                continue;
            }

            foreach (var (gram, weight) in text.Vectors[column[record]])
            {
                if (!postings.TryGetValue(gram, out var posting) || posting.Count > LongestPosting)
                {
                    continue;
                }

                foreach (var (other, otherWeight) in posting)
                {
                    if (other != record && space.Contains(record, other))
                    {
                        if (scores[other] == 0)
                        {
                            touched.Add(other);
                        }

                        scores[other] += weight * otherWeight;
                    }
                }
            }

            foreach (var other in touched)
            {
                if (scores[other] >= LeastCosine)
                {
                    best.Enqueue(other, scores[other]);
                    if (best.Count > Neighbours)
                    {
                        best.Dequeue();
                    }
                }

                scores[other] = 0;
            }

            touched.Clear();
            while (best.TryDequeue(out var neighbour, out _))
            {
                pairs.Add(record, neighbour);
            }
        }
    }

    private Dictionary<uint, List<(int Record, float Weight)>> Postings(FieldColumn column, TextComparator text)
    {
        var postings = new Dictionary<uint, List<(int, float)>>();
        for (var record = 0; record < table.Count; record++)
        {
            if (column[record] < 0)
            {
                continue;
            }

            foreach (var (gram, weight) in text.Vectors[column[record]])
            {
                ref var posting = ref CollectionsMarshal.GetValueRefOrAddDefault(postings, gram, out _);
                posting ??= [];
                if (posting.Count <= LongestPosting)
                {
                    posting.Add((record, weight));
                }
            }
        }

        return postings;
    }
}
