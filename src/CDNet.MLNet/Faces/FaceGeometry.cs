namespace CDNet.MLNet.Faces;

/// <summary>A point in a picture.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the top edge.</param>
public readonly record struct FacePoint(float X, float Y)
{
    /// <summary>The distance to another point, in pixels.</summary>
    /// <param name="other">The other point.</param>
    public float DistanceTo(FacePoint other) => MathF.Sqrt((X - other.X) * (X - other.X) + (Y - other.Y) * (Y - other.Y));
}

/// <summary>An upright rectangle in a picture, in pixels from the top left corner.</summary>
/// <param name="Left">Left edge.</param>
/// <param name="Top">Top edge.</param>
/// <param name="Width">Width, not negative.</param>
/// <param name="Height">Height, not negative.</param>
public readonly record struct FaceBox(float Left, float Top, float Width, float Height)
{
    /// <summary>Right edge in pixels.</summary>
    public float Right => Left + Width;

    /// <summary>Bottom edge in pixels.</summary>
    public float Bottom => Top + Height;

    /// <summary>The middle of the box.</summary>
    public FacePoint Center => new(Left + Width / 2, Top + Height / 2);

    /// <summary>Area in square pixels.</summary>
    public float Area => Width * Height;

    /// <summary>Whether a point lies in the box.</summary>
    /// <param name="point">The point.</param>
    internal bool Contains(FacePoint point) => point.X >= Left && point.X <= Right && point.Y >= Top && point.Y <= Bottom;

    /// <summary>Area shared with another box divided by the area covered by either, 0 to 1.</summary>
    public float IntersectionOverUnion(FaceBox other)
    {
        var width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        var height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        if (width <= 0 || height <= 0)
            return 0;
        var shared = width * height;
        return shared / (Area + other.Area - shared);
    }
}

/// <summary>The six key points of BlazeFace, in pixels. Left and right are the person's own.</summary>
/// <param name="RightEye">Centre of the right eye.</param>
/// <param name="LeftEye">Centre of the left eye.</param>
/// <param name="Nose">Tip of the nose.</param>
/// <param name="Mouth">Centre of the mouth.</param>
/// <param name="RightEar">Tragion of the right ear.</param>
/// <param name="LeftEar">Tragion of the left ear.</param>
public readonly record struct FaceKeypoints(
    FacePoint RightEye, FacePoint LeftEye, FacePoint Nose, FacePoint Mouth, FacePoint RightEar, FacePoint LeftEar)
{
    /// <summary>How many numbers describe the six points.</summary>
    public const int Length = 12;

    /// <summary>The points with left and right exchanged: in a mirror the right eye is the left one. Where they are stays.</summary>
    internal FaceKeypoints WithSidesExchanged() => new(LeftEye, RightEye, Nose, Mouth, LeftEar, RightEar);

    /// <summary>Reads x and y of the six points in the order of the constructor.</summary>
    /// <param name="values">12 numbers.</param>
    public static FaceKeypoints FromSpan(ReadOnlySpan<float> values) => new(
        new(values[0], values[1]), new(values[2], values[3]), new(values[4], values[5]),
        new(values[6], values[7]), new(values[8], values[9]), new(values[10], values[11]));

    /// <summary>Writes x and y of the six points in the order of the constructor.</summary>
    /// <param name="destination">Receives 12 numbers.</param>
    public void CopyTo(Span<float> destination)
    {
        ReadOnlySpan<FacePoint> points = [RightEye, LeftEye, Nose, Mouth, RightEar, LeftEar];
        for (var i = 0; i < points.Length; i++)
            (destination[2 * i], destination[2 * i + 1]) = (points[i].X, points[i].Y);
    }
}

/// <summary>A face that the detector found.</summary>
/// <param name="Box">The detector's box in pixels of the picture, before it is grown for cropping.</param>
/// <param name="Keypoints">The six key points in pixels of the picture.</param>
/// <param name="Confidence">0 to 1; the mean over the detections that were merged into this one.</param>
public readonly record struct DetectedFace(FaceBox Box, FaceKeypoints Keypoints, float Confidence)
{
    // Boxes that share less are two faces.
    private const float LeastOverlap = 0.4f;

    /// <summary>This face among others, or null where it is not there.</summary>
    internal DetectedFace? In(IReadOnlyList<DetectedFace> faces) => MostOverlapping(faces) is { } best && best.Box.IntersectionOverUnion(Box) >= LeastOverlap ? best : null;

    /// <summary>This face among others whose boxes may have another size: the middle of each lies in the other's box. Null where it is not there.</summary>
    internal DetectedFace? About(IEnumerable<DetectedFace> faces)
    {
        var box = Box;
        return MostOverlapping(faces.Where(other => box.Contains(other.Box.Center) && other.Box.Contains(box.Center)));
    }

    private DetectedFace? MostOverlapping(IEnumerable<DetectedFace> faces)
    {
        var box = Box;
        return faces.Select(face => (DetectedFace?)face).MaxBy(face => face!.Value.Box.IntersectionOverUnion(box));
    }
}
