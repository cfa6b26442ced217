namespace CDNet.MLNet.Faces;

/// <summary>Looks at a face as if it had been found a little elsewhere, and in a mirror: a forgery shows in all of them, what the network is unsure of does not.</summary>
internal static class FaceLooks
{
    /// <summary>Looks that there are, with the first, which is the face as it was found.</summary>
    public const int Most = 4;

    /// <summary>A look beside the first.</summary>
    /// <param name="Right">How far the face moves to the right, as a share of its box's width.</param>
    /// <param name="Down">How far it moves down, as a share of its box's height.</param>
    /// <param name="Scale">How much larger its box becomes; its points stay as far apart as they are.</param>
    /// <param name="IsMirrored">Whether the crops are mirrored.</param>
    private sealed record Look(float Right, float Down, float Scale, bool IsMirrored);

    // As far off as one detector is from another. Chosen on the validation split of dfdc-faces: docs/results.md.
    private static readonly Look[] Further = [new(-0.02f, -0.01f, 0.95f, IsMirrored: true), new(0.02f, 0.01f, 1.05f, IsMirrored: true), new(0.01f, -0.02f, 1, IsMirrored: false)];

    /// <summary>Cuts a face out as often as it is looked at.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="face">The face.</param>
    /// <param name="options">How it is cut out.</param>
    /// <param name="looks">1 to <see cref="Most"/>.</param>
    /// <returns>The first look, with the others in <see cref="FaceCrops.Further"/>.</returns>
    public static FaceCrops Cut(PixelView picture, DetectedFace face, FacePartCropOptions options, int looks)
    {
        var first = FaceCrops.Cut(picture, face, options);
        if (looks == 1)
            return first;
        var further = new List<FaceCrops>();
        foreach (var look in Further.AsSpan(0, looks - 1))
        {
            var crops = FaceCrops.Cut(picture, Move(face, look), options);
            further.Add(look.IsMirrored ? CropMirror.Of(crops) : crops);
        }
        return first with { Further = further };
    }

    private static DetectedFace Move(DetectedFace face, Look look)
    {
        var (box, points) = (face.Box, new float[FaceKeypoints.Length]);
        var (right, down) = (look.Right * box.Width, look.Down * box.Height);
        face.Keypoints.CopyTo(points);
        for (var i = 0; i < points.Length; i++)
            points[i] += i % 2 == 0 ? right : down;
        var (width, height) = (look.Scale * box.Width, look.Scale * box.Height);
        var moved = new FaceBox(box.Center.X + right - width / 2, box.Center.Y + down - height / 2, width, height);
        return face with { Box = moved, Keypoints = FaceKeypoints.FromSpan(points) };
    }
}
