// Compiled by MSBuild where a project that trains or reads videos is built; see CDNet.MLNet.targets.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Takes needs out of 64-bit little-endian ELF libraries that the system cannot meet and that nothing in them depends on: marks a version as weak, so
/// that the loader does not insist on it, and drops libraries from the list of those to load.
/// </summary>
public class CDNetAdaptElfLibraries : Task
{
    private const uint SectionDynamic = 6;
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const long TagNeeded = 1;
    private const int DynamicEntry = 16;
    private const ushort WeakFlag = 2;

    private static readonly string[] LibraryFolders =
    {
        "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib",
    };

    [Required]
    public ITaskItem[] Files { get; set; }

    /// <summary>A version of the C++ runtime's symbols, marked as weak where the system's runtime lacks it.</summary>
    public string WeakVersion { get; set; }

    /// <summary>Names of libraries, dropped where the system lacks them.</summary>
    public string[] DroppedLibraries { get; set; }

    /// <summary>Whatever the system has.</summary>
    public bool Always { get; set; }

    public override bool Execute()
    {
        var version = string.IsNullOrEmpty(WeakVersion) || !Always && RuntimeHasVersion(WeakVersion) ? null : WeakVersion;
        var dropped = new HashSet<string>((DroppedLibraries ?? new string[0]).Where(name => Always || FindLibrary(name) == null));
        if (version == null && dropped.Count == 0)
            return true;
        foreach (var item in Files)
        {
            var path = item.GetMetadata("FullPath");
            try
            {
                Adapt(path, version, dropped);
            }
            catch (Exception e) when (e is IOException || e is ArgumentException || e is IndexOutOfRangeException || e is UnauthorizedAccessException)
            {
                Log.LogError("{0}: it could not be adapted to this system: {1}", path, e.Message);
            }
        }
        return !Log.HasLoggedErrors;
    }

    private static string FindLibrary(string name)
    {
        return LibraryFolders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    private static bool RuntimeHasVersion(string version)
    {
        var runtime = FindLibrary("libstdc++.so.6");
        // Latin-1 keeps every byte, so a text search is a byte search.
        return runtime != null && Encoding.GetEncoding("ISO-8859-1").GetString(File.ReadAllBytes(runtime)).Contains(version + "\0");
    }

    private void Adapt(string path, string version, HashSet<string> dropped)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 64 || bytes[0] != 0x7f || bytes[1] != 'E' || bytes[4] != 2 || bytes[5] != 1)
            return;
        var changes = new List<string>();
        if (version != null && Weaken(bytes, version))
            changes.Add(version + " is no longer needed strictly");
        changes.AddRange(Drop(bytes, dropped).Select(name => name + " is no longer loaded"));
        if (changes.Count == 0)
            return;
        // The output may be a hard link to the package cache: a new file takes its place, the package stays as it is.
        var time = File.GetLastWriteTimeUtc(path);
        var next = path + ".adapted";
        File.WriteAllBytes(next, bytes);
        File.SetLastWriteTimeUtc(next, time);
        File.Delete(path);
        File.Move(next, path);
        Log.LogMessage(MessageImportance.Normal, "{0}: {1}", path, string.Join(", ", changes));
    }

    private static bool Weaken(byte[] bytes, string version)
    {
        var changed = false;
        foreach (var flags in FlagsOfVersion(bytes, version))
        {
            changed |= (bytes[flags] & WeakFlag) == 0;
            bytes[flags] |= (byte)WeakFlag;
        }
        return changed;
    }

    /// <summary>Where the flags of each need of the version stand in the file.</summary>
    private static IEnumerable<int> FlagsOfVersion(byte[] bytes, string version)
    {
        foreach (var section in SectionsOf(bytes, SectionVersionNeeds))
        {
            var texts = TextsOf(bytes, section);
            var need = (int)BitConverter.ToInt64(bytes, section + 24);
            while (true)
            {
                var auxiliary = need + (int)BitConverter.ToUInt32(bytes, need + 8);
                for (var left = BitConverter.ToUInt16(bytes, need + 2); left > 0; left--)
                {
                    if (TextAt(bytes, texts + (int)BitConverter.ToUInt32(bytes, auxiliary + 8)) == version)
                        yield return auxiliary + 4;
                    auxiliary += (int)BitConverter.ToUInt32(bytes, auxiliary + 12);
                }
                var next = (int)BitConverter.ToUInt32(bytes, need + 12);
                if (next == 0)
                    break;
                need += next;
            }
        }
    }

    /// <summary>Closes the gaps that the dropped entries leave in the dynamic section, and returns the names dropped.</summary>
    private static List<string> Drop(byte[] bytes, HashSet<string> dropped)
    {
        var names = new List<string>();
        foreach (var section in SectionsOf(bytes, SectionDynamic))
        {
            var texts = TextsOf(bytes, section);
            var start = (int)BitConverter.ToInt64(bytes, section + 24);
            var end = start + (int)BitConverter.ToInt64(bytes, section + 32);
            var kept = start;
            for (var entry = start; entry < end; entry += DynamicEntry)
            {
                if (BitConverter.ToInt64(bytes, entry) == TagNeeded)
                {
                    var name = TextAt(bytes, texts + (int)BitConverter.ToInt64(bytes, entry + 8));
                    if (dropped.Contains(name))
                    {
                        names.Add(name);
                        continue;
                    }
                }
                Buffer.BlockCopy(bytes, entry, bytes, kept, DynamicEntry);
                kept += DynamicEntry;
            }
            Array.Clear(bytes, kept, end - kept);
        }
        return names;
    }

    /// <summary>Where the headers of the sections of a type stand in the file.</summary>
    private static IEnumerable<int> SectionsOf(byte[] bytes, uint type)
    {
        var sections = (int)BitConverter.ToInt64(bytes, 40);
        var count = BitConverter.ToUInt16(bytes, 60);
        return Enumerable.Range(0, count).Select(i => sections + 64 * i).Where(section => BitConverter.ToUInt32(bytes, section + 4) == type);
    }

    /// <summary>Where the texts of a section stand in the file.</summary>
    private static int TextsOf(byte[] bytes, int section)
    {
        var texts = (int)BitConverter.ToInt64(bytes, 40) + 64 * BitConverter.ToInt32(bytes, section + 40);
        return (int)BitConverter.ToInt64(bytes, texts + 24);
    }

    private static string TextAt(byte[] bytes, int start)
    {
        var end = Array.IndexOf(bytes, (byte)0, start);
        return Encoding.ASCII.GetString(bytes, start, end - start);
    }
}
