using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace CDNet.MLNet.Fuzzing;

/// <summary>Which branches an input takes, and how often in powers of two: the map of AFL, which code instrumented by SharpFuzz writes.</summary>
/// <remarks>Zalewski, "Technical details of american fuzzy lop", section 1. Branches are counted of all threads; readers with threads of their own have some that depend on chance.</remarks>
internal sealed unsafe class BranchCoverage
{
    // Two branches may share a place of the map.
    private const int Places = 1 << 16;

    private readonly byte[] _seen = new byte[Places];

    /// <summary>Gives instrumented code its map, of which there is one in a process. It must have one before any of it runs.</summary>
    public static void Start() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Places);

    /// <summary>Places of branches that were taken so far.</summary>
    public int Branches { get; private set; }

    private static Span<byte> Map => new(Trace.SharedMem, Places);

    /// <summary>Forgets the branches of the input before.</summary>
    public static void Begin()
    {
        Map.Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Takes stock of an input.</summary>
    /// <returns>Whether it took a branch that none before took, or took one in another power of two of times.</returns>
    public bool End()
    {
        var isNew = false;
        var map = Map;
        var words = MemoryMarshal.Cast<byte, ulong>(map);
        for (var word = 0; word < words.Length; word++)
        {
            if (words[word] == 0)
                continue;
            for (var place = 8 * word; place < 8 * word + 8; place++)
            {
                if (map[place] == 0)
                    continue;
                var power = (byte)(1 << BitOperations.Log2(map[place]));
                if ((_seen[place] & power) != 0)
                    continue;
                Branches += _seen[place] == 0 ? 1 : 0;
                _seen[place] |= power;
                isNew = true;
            }
        }
        return isNew;
    }
}
