namespace CDNet.MLNet.Faces;

/// <summary>Where the face and its parts are cut out of a picture, from a detection.</summary>
internal static class CropGeometry
{
    /// <summary>Grows the detector's box by shares of its own height, because BlazeFace leaves the forehead out, and keeps it inside the picture.</summary>
    public static FaceBox Grow(FaceBox box, FacePartCropOptions options, int pictureWidth, int pictureHeight)
    {
        var left = Math.Clamp(box.Left - options.GrowSides * box.Height, 0, pictureWidth);
        var right = Math.Clamp(box.Right + options.GrowSides * box.Height, 0, pictureWidth);
        var top = Math.Clamp(box.Top - options.GrowAbove * box.Height, 0, pictureHeight);
        var bottom = Math.Clamp(box.Bottom + options.GrowBelow * box.Height, 0, pictureHeight);
        return new FaceBox(left, top, right - left, bottom - top);
    }

    /// <summary>The square about a grown box that becomes the face crop; it may reach beyond the picture.</summary>
    public static FaceBox FaceSquare(FaceBox grown) => SquareAbout(grown.Center, Math.Max(grown.Width, grown.Height));

    /// <summary>The square about a key point that becomes a part crop; it may reach beyond the picture.</summary>
    public static FaceBox PartSquare(FacePoint keypoint, FaceBox grown, FacePartCropOptions options)
        => SquareAbout(keypoint, 2 * options.PartHalfSide * Math.Min(grown.Width, grown.Height));

    /// <summary>The squares of right eye, left eye, nose and mouth.</summary>
    public static FaceBox[] PartSquares(FaceKeypoints keypoints, FaceBox grown, FacePartCropOptions options)
        => [PartSquare(keypoints.RightEye, grown, options), PartSquare(keypoints.LeftEye, grown, options), PartSquare(keypoints.Nose, grown, options), PartSquare(keypoints.Mouth, grown, options)];

    /// <summary>The square of a side about a point.</summary>
    public static FaceBox SquareAbout(FacePoint center, float side) => new(center.X - side / 2, center.Y - side / 2, side, side);
}
