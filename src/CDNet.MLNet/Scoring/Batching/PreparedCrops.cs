using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Prepared;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Reads the faces of a prepared set, whose crops are decoded by whoever does the work.</summary>
internal static class PreparedCrops
{
    /// <summary>A row of a set and what is to be done for it.</summary>
    public sealed record Row(LabeledPicture Picture, Func<CroppedPicture> Work);

    private static readonly string[] Columns =
    [
        PreparedColumns.Path, PreparedColumns.Video, PreparedColumns.SourceVideo, PreparedColumns.Method, PreparedColumns.Split, FaceColumns.Label, PreparedColumns.Frame,
        FaceColumns.FaceBox, FaceColumns.FaceKeypoints, FaceColumns.FaceConfidence, FaceColumns.FaceCount, .. FaceColumns.Crops.Select(PreparedColumns.EncodedOf),
    ];

    /// <summary>The rows in their order, one after the other from the files.</summary>
    public static IEnumerable<Row> Read(IDataView rows)
    {
        using var cursor = rows.GetRowCursor(Columns.Select(name => rows.Schema.Require(name, nameof(BatchScorer))));
        var (path, video, source) = (Text(cursor, PreparedColumns.Path), Text(cursor, PreparedColumns.Video), Text(cursor, PreparedColumns.SourceVideo));
        var (method, split) = (Text(cursor, PreparedColumns.Method), Text(cursor, PreparedColumns.Split));
        var (label, frame, faces) = (Value<bool>(cursor, FaceColumns.Label), Value<int>(cursor, PreparedColumns.Frame), Value<int>(cursor, FaceColumns.FaceCount));
        var (box, keypoints) = (Value<VBuffer<float>>(cursor, FaceColumns.FaceBox), Value<VBuffer<float>>(cursor, FaceColumns.FaceKeypoints));
        var confidence = Value<float>(cursor, FaceColumns.FaceConfidence);
        var files = FaceColumns.Crops.Select(crop => Value<VBuffer<byte>>(cursor, PreparedColumns.EncodedOf(crop))).ToArray();
        while (cursor.MoveNext())
        {
            var picture = new LabeledPicture(path(), label(), split(), source(), video(), method());
            var index = frame();
            if (faces() == 0)
            {
                yield return new Row(picture, () => new CroppedPicture([], FaceVerdict.NoFace(picture.Path, index)));
                continue;
            }
            float[] sides = [.. box().DenseValues()];
            var detection = new DetectedFace(new FaceBox(sides[0], sides[1], sides[2], sides[3]), FaceKeypoints.FromSpan([.. keypoints().DenseValues()]), confidence());
            // The row's own buffers are written over by the next row.
            byte[][] encoded = [.. files.Select(file => file().DenseValues().ToArray())];
            yield return new Row(picture, () => Decode(new CroppedFace(picture.Path, index, 0, detection), encoded));
        }
    }

    private static CroppedPicture Decode(CroppedFace face, byte[][] encoded)
    {
        try
        {
            var crops = new FaceCrops(face.Detection, Crop(0, FacePartCropOptions.FaceSide), Crop(1), Crop(2), Crop(3), Crop(4));
            return new CroppedPicture([(face, crops)], null);
        }
        catch (InvalidDataException e)
        {
            return new CroppedPicture([], FaceVerdict.Failed(face.Path, e.Message, face.Frame));
        }

        byte[] Crop(int crop, int side = FacePartCropOptions.PartSide)
        {
            var planes = new byte[3 * side * side];
            CropCodec.Decode(encoded[crop], side, planes);
            return planes;
        }
    }

    private static Func<T> Value<T>(DataViewRowCursor cursor, string name)
    {
        var getter = cursor.GetGetter<T>(cursor.Schema[name]);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }

    private static Func<string> Text(DataViewRowCursor cursor, string name)
    {
        var value = Value<ReadOnlyMemory<char>>(cursor, name);
        // Rows of one video follow each other and share its names.
        var last = "";
        return () => value() is var text && text.Span.SequenceEqual(last) ? last : last = text.ToString();
    }
}
