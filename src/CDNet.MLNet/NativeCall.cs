namespace CDNet.MLNet;

/// <summary>Calls of functions that not every system's libraries have.</summary>
internal static class NativeCall
{
    /// <summary>Makes the call; nothing happens where the library or the function is not there.</summary>
    public static void IfOffered(Action call)
    {
        try
        {
            call();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }
}
