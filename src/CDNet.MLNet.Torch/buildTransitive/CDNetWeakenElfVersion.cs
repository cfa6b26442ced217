// Compiled by MSBuild where a project that trains is built; see CDNet.MLNet.Torch.targets.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Marks a version that a 64-bit little-endian ELF library needs as weak, so that the loader does not insist on it.</summary>
public class CDNetWeakenElfVersion : Task
{
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    private static readonly string[] LibraryFolders =
    {
        "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib",
    };

    [Required]
    public ITaskItem[] Files { get; set; }

    [Required]
    public string Version { get; set; }

    public bool Always { get; set; }

    public override bool Execute()
    {
        if (!Always && SystemHasVersion())
            return true;
        foreach (var item in Files)
        {
            var path = item.GetMetadata("FullPath");
            try
            {
                Weaken(path);
            }
            catch (Exception e) when (e is IOException || e is ArgumentException || e is IndexOutOfRangeException || e is UnauthorizedAccessException)
            {
                Log.LogError("{0}: the need of {1} could not be marked as weak: {2}", path, Version, e.Message);
            }
        }
        return !Log.HasLoggedErrors;
    }

    private bool SystemHasVersion()
    {
        var runtime = LibraryFolders.Select(folder => Path.Combine(folder, "libstdc++.so.6")).FirstOrDefault(File.Exists);
        // Latin-1 keeps every byte, so a text search is a byte search.
        return runtime != null && Encoding.GetEncoding("ISO-8859-1").GetString(File.ReadAllBytes(runtime)).Contains(Version + "\0");
    }

    private void Weaken(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 64 || bytes[0] != 0x7f || bytes[1] != 'E' || bytes[4] != 2 || bytes[5] != 1)
            return;
        var changed = false;
        foreach (var flags in FlagsOfVersion(bytes))
        {
            if ((bytes[flags] & WeakFlag) != 0)
                continue;
            bytes[flags] |= (byte)WeakFlag;
            changed = true;
        }
        if (!changed)
            return;
        // The output may be a hard link to the package cache: a new file takes its place, the package stays as it is.
        var time = File.GetLastWriteTimeUtc(path);
        var next = path + ".adapted";
        File.WriteAllBytes(next, bytes);
        File.SetLastWriteTimeUtc(next, time);
        File.Delete(path);
        File.Move(next, path);
        Log.LogMessage(MessageImportance.Normal, "{0}: {1} is no longer needed strictly", path, Version);
    }

    /// <summary>Where the flags of each need of the version stand in the file.</summary>
    private IEnumerable<int> FlagsOfVersion(byte[] bytes)
    {
        var sections = (int)BitConverter.ToInt64(bytes, 40);
        var sectionCount = BitConverter.ToUInt16(bytes, 60);
        for (var i = 0; i < sectionCount; i++)
        {
            var section = sections + 64 * i;
            if (BitConverter.ToUInt32(bytes, section + 4) != SectionVersionNeeds)
                continue;
            var names = sections + 64 * BitConverter.ToInt32(bytes, section + 40);
            var texts = (int)BitConverter.ToInt64(bytes, names + 24);
            var need = (int)BitConverter.ToInt64(bytes, section + 24);
            while (true)
            {
                var auxiliary = need + (int)BitConverter.ToUInt32(bytes, need + 8);
                for (var left = BitConverter.ToUInt16(bytes, need + 2); left > 0; left--)
                {
                    if (TextAt(bytes, texts + (int)BitConverter.ToUInt32(bytes, auxiliary + 8)) == Version)
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

    private static string TextAt(byte[] bytes, int start)
    {
        var end = Array.IndexOf(bytes, (byte)0, start);
        return Encoding.ASCII.GetString(bytes, start, end - start);
    }
}
