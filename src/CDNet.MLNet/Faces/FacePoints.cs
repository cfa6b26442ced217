using System.Globalization;

namespace CDNet.MLNet.Faces;

/// <summary>Points that come with a picture of a face: <c>points/pts_N.csv</c> beside <c>images/img_N.jpg</c>.</summary>
/// <remarks>A line a point, x and y as fractions of width and height; the first four are the corners of the eyes from left to right in the picture.</remarks>
/// <param name="LeftInPicture">Middle of the eye on the left of the picture, as fractions.</param>
/// <param name="RightInPicture">Middle of the other eye.</param>
internal sealed record FacePoints(FacePoint LeftInPicture, FacePoint RightInPicture)
{
    private const string ImagePrefix = "img_";

    /// <summary>The points of a picture, or null where it has none.</summary>
    /// <exception cref="InvalidDataException">The file of points is damaged; the message names it.</exception>
    public static FacePoints? Beside(string picture)
    {
        var name = Path.GetFileNameWithoutExtension(picture);
        if (!name.StartsWith(ImagePrefix, StringComparison.Ordinal) || Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(picture))) is not { } folder)
            return null;
        var file = Path.Combine(folder, "points", $"pts_{name[ImagePrefix.Length..]}.csv");
        if (!File.Exists(file))
            return null;
        FacePoint[] corners = [.. File.ReadLines(file).Take(4).Select(line => Parse(line, file))];
        return corners.Length == 4
            ? new FacePoints(Middle(corners[0], corners[1]), Middle(corners[2], corners[3]))
            : throw new InvalidDataException($"{file}: {corners.Length} points, expected at least 4: the corners of the eyes.");
    }

    /// <summary>How far detected eyes lie from these, in the mean of both, as a share of the distance between them.</summary>
    /// <param name="detected">The detector's points in pixels.</param>
    /// <param name="width">Width of the picture in pixels.</param>
    /// <param name="height">Height of the picture in pixels.</param>
    public float Deviation(FaceKeypoints detected, int width, int height)
    {
        // The person's right eye is on the left of the picture.
        var (right, left) = (new FacePoint(LeftInPicture.X * width, LeftInPicture.Y * height), new FacePoint(RightInPicture.X * width, RightInPicture.Y * height));
        return (detected.RightEye.DistanceTo(right) + detected.LeftEye.DistanceTo(left)) / 2 / right.DistanceTo(left);
    }

    private static FacePoint Parse(string line, string file)
    {
        var numbers = line.Split(',');
        return numbers.Length == 2 && float.TryParse(numbers[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
            && float.TryParse(numbers[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var y)
            ? new FacePoint(x, y)
            : throw new InvalidDataException($"{file}: the line \"{line}\" is no point; expected x,y.");
    }

    private static FacePoint Middle(FacePoint a, FacePoint b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2);
}
