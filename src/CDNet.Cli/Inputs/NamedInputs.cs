using CDNet.MLNet.Data;
using CDNet.MLNet.Data.Manifests;
using CDNet.MLNet.Data.Models;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Inputs;

/// <summary>Finds what commands and experiments name: manifests, pictures, detectors.</summary>
internal static class NamedInputs
{
    /// <summary>The manifest of a name or a file.</summary>
    public static DataManifest LoadManifest(string nameOrFile) => DataManifest.Load(ShippedManifests.Find(nameOrFile, ShippedManifests.DataFolder));

    /// <summary>The pictures of a folder or a CSV, or by a manifest.</summary>
    public static PictureSet OpenPictures(string data, string? root, string? manifest)
    {
        if (manifest is null)
            return PictureSet.Open(data, root);
        var set = OpenByManifest(data, root, manifest);
        var videos = set.Pictures.Where(file => !PictureReader.Extensions.Contains(Path.GetExtension(file.Path).ToLowerInvariant())).ToList();
        return videos.Count == 0
            ? set
            : throw new ArgumentException(
                $"{data}: {videos.Count:N0} of the {set.Pictures.Count:N0} files are videos, for example {videos[0].Path}; this command takes pictures. "
                + $"Cut the faces out first: cdnet prepare --data {data} --manifest {manifest}");
    }

    /// <summary>The pictures and videos of a data set, by its manifest.</summary>
    public static PictureSet OpenByManifest(string data, string? root, string manifest) => root is null
        ? PictureSet.FromManifest(LoadManifest(manifest), data)
        : throw new ArgumentException("--root and --manifest: with a manifest the folder that --data names is the root; leave --root out.");

    /// <summary>The model of a file, or the one that comes with this program.</summary>
    public static CDNetModel Model(string nameOrFile) => CDNetModel.Open(nameOrFile);

    /// <summary>The detector of a file, of a model that was pulled, or the default one, which <see cref="CDNetModel.DefaultName"/> names too.</summary>
    public static FaceDetectorModel Detector(string? nameOrFile)
    {
        if (nameOrFile is null || (nameOrFile == CDNetModel.DefaultName && !File.Exists(nameOrFile)))
            return FaceDetectorModel.Default;
        return FaceDetectorModel.FromFile(File.Exists(nameOrFile) ? nameOrFile : ModelStore.Find(nameOrFile) ?? nameOrFile);
    }
}
