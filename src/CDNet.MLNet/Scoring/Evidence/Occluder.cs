using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Scoring.Evidence;

/// <summary>Covers a place of a face in grey, in all crops that show it.</summary>
/// <param name="crops">The crops.</param>
/// <param name="faceSquare">Where the face crop lies in the picture.</param>
/// <param name="partSquares">Where the part crops lie, in the order of <see cref="FaceColumns.Parts"/>.</param>
internal sealed class Occluder(FaceCrops crops, FaceBox faceSquare, IReadOnlyList<FaceBox> partSquares)
{
    // The mean colour of the face: no edge stronger than need be.
    private readonly byte[] _grey = MeanColour(crops.Face);

    /// <summary>The crops with a rectangle of the picture covered.</summary>
    /// <param name="place">The rectangle, in pixels of the picture.</param>
    public FaceCrops Cover(FaceBox place) => crops with
    {
        Face = Cover(crops.Face, FacePartCropOptions.FaceSide, faceSquare, place),
        RightEye = CoverPart(0, place),
        LeftEye = CoverPart(1, place),
        Nose = CoverPart(2, place),
        Mouth = CoverPart(3, place),
    };

    private byte[] CoverPart(int part, FaceBox place) => Cover(crops.Of(FaceColumns.Parts[part]), FacePartCropOptions.PartSide, partSquares[part], place);

    private byte[] Cover(byte[] planes, int side, FaceBox square, FaceBox place)
    {
        var scale = side / square.Width;
        int Along(float at, float from) => Math.Clamp((int)MathF.Round((at - from) * scale), 0, side);
        var (left, right) = (Along(place.Left, square.Left), Along(place.Right, square.Left));
        var (top, bottom) = (Along(place.Top, square.Top), Along(place.Bottom, square.Top));
        if (left >= right || top >= bottom)
            return planes;
        var covered = (byte[])planes.Clone();
        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = top; y < bottom; y++)
                covered.AsSpan((channel * side + y) * side + left, right - left).Fill(_grey[channel]);
        }
        return covered;
    }

    private static byte[] MeanColour(byte[] planes)
    {
        var area = planes.Length / 3;
        return [.. Enumerable.Range(0, 3).Select(channel =>
        {
            var sum = 0L;
            foreach (var value in planes.AsSpan(channel * area, area))
                sum += value;
            return (byte)(sum / area);
        })];
    }
}
