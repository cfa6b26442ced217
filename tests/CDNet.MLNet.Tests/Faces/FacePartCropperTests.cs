using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Faces;

[TestClass]
public sealed class FacePartCropperTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void Columns_have_the_documented_names_and_types()
    {
        var schema = Fit(PictureOf((56, 56, 20))).Schema;

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 3, 299, 299), schema[FaceColumns.Face].Type);
        foreach (var part in FaceColumns.Parts)
            Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 3, 64, 64), schema[part].Type, part);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 4), schema[FaceColumns.FaceBox].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 12), schema[FaceColumns.FaceKeypoints].Type);
        Assert.AreEqual(NumberDataViewType.Single, schema[FaceColumns.FaceConfidence].Type);
        Assert.IsFalse(schema.Any(column => column.Name.StartsWith("__", StringComparison.Ordinal)), "a column of the inner chain is left");
    }

    [TestMethod]
    public void Schema_shape_agrees_with_the_fitted_schema()
    {
        var input = _context.Data.LoadFromEnumerable(Array.Empty<PictureInput>());
        var estimator = _context.Transforms.CropFaceParts(options: Options());
        var fitted = estimator.Fit(input).GetOutputSchema(input.Schema);
        var shape = estimator.GetOutputSchema(SchemaShapeOfPictures());

        foreach (var column in fitted)
        {
            var promised = shape.Single(other => other.Name == column.Name);
            var itemType = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
            Assert.AreEqual(itemType.RawType, promised.ItemType.RawType, column.Name);
            Assert.AreEqual(
                column.Type is VectorDataViewType ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.Scalar, promised.Kind, column.Name);
        }
    }

    [TestMethod]
    public void Face_is_cut_out_where_it_is()
    {
        var row = Only(Fit(PictureOf((56, 56, 20))));

        Assert.IsGreaterThan(0.9f, row.FaceConfidence);
        Assert.AreEqual(1, row.FaceCount);
        // The marker detector's boxes are 3 cells of 16 pixels; the square covers parts of 4 cells about (56, 56).
        Assert.AreEqual(48, row.FaceBox[2], 4f);
        Assert.AreEqual(56, row.FaceBox[0] + row.FaceBox[2] / 2, 2f);
        Assert.AreEqual(56, row.FaceBox[1] + row.FaceBox[3] / 2, 2f);
        // The nose is the centre of the red square: the middle of its crop is red.
        var middle = 32 * 64 + 32;
        Assert.IsGreaterThan(200, row.Nose[middle]);
        Assert.IsLessThan(40, row.Nose[64 * 64 + middle]);
    }

    [TestMethod]
    public void Picture_without_a_face_gives_zero_crops_and_no_confidence()
    {
        var row = Only(Fit(PictureOf()));

        Assert.AreEqual(0f, row.FaceConfidence);
        Assert.AreEqual(0, row.FaceCount);
        Assert.IsFalse(row.Face.Concat(row.RightEye).Concat(row.LeftEye).Concat(row.Nose).Concat(row.Mouth).Any(value => value != 0));
        Assert.IsFalse(row.FaceBox.Concat(row.FaceKeypoints).Any(value => value != 0));
    }

    [TestMethod]
    public void Crops_of_a_row_do_not_leak_into_the_next_row()
    {
        var rows = Rows(Fit([.. new[] { PictureOf((56, 56, 20)), PictureOf(), PictureOf((40, 72, 20)) }.SelectMany(picture => picture)])).ToArray();

        Assert.AreEqual(0, rows[1].Face.Max());
        CollectionAssert.AreNotEqual(rows[0].FaceBox, rows[2].FaceBox);
    }

    [TestMethod]
    public void Missing_picture_counts_as_no_face()
    {
        var row = Only(Fit([new PictureInput { Image = null }]));

        Assert.AreEqual(0f, row.FaceConfidence);
    }

    [TestMethod]
    public void Every_face_of_a_picture_is_available_and_the_most_confident_is_cut_out()
    {
        using var bitmap = TestPictures.Draw(256, 128, 3, (24, 24, 12), (104, 72, 16), (200, 56, 16));
        using var image = TestPictures.ToImage(bitmap);
        using var detector = new FaceDetector(MarkerDetector.Create());
        var faces = detector.Detect(image);
        var row = Only(Fit([new PictureInput { Image = image }]));

        Assert.HasCount(3, faces.DistinctBy(face => (int)face.Box.Center.X / 64));
        Assert.AreEqual(faces.Max(face => face.Confidence), row.FaceConfidence);
        Assert.AreEqual(faces[0].Box.Left, row.FaceBox[0]);
        Assert.AreEqual(faces.Count, row.FaceCount);
    }

    [TestMethod]
    public void Wrong_column_type_is_refused_with_its_name()
    {
        var data = _context.Data.LoadFromEnumerable([new { Image = "picture.jpg" }]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.CropFaceParts(options: Options()).Fit(data));

        StringAssert.Contains(error.Message, "Image");
        StringAssert.Contains(error.Message, "LoadImages");
    }

    [TestMethod]
    public void Missing_column_is_refused_with_the_columns_that_are_there()
    {
        var data = _context.Data.LoadFromEnumerable([new { Photo = 1f }]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.CropFaceParts(options: Options()).Fit(data));

        StringAssert.Contains(error.Message, "Photo");
    }

    [TestMethod]
    [DataRow(nameof(FacePartCropOptions.MinConfidence), 1.5f)]
    [DataRow(nameof(FacePartCropOptions.PartHalfSide), float.NaN)]
    public void Option_out_of_range_is_refused_with_its_name_and_range(string option, float value)
    {
        var options = option == nameof(FacePartCropOptions.MinConfidence)
            ? new FacePartCropOptions { MinConfidence = value }
            : new FacePartCropOptions { PartHalfSide = value };

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Transforms.CropFaceParts(options: options));

        StringAssert.Contains(error.Message, option);
        StringAssert.Contains(error.Message, "to 1");
    }

    private static FacePartCropOptions Options() => new() { Detector = MarkerDetector.Create() };

    private static PictureInput[] PictureOf(params (int X, int Y, int Side)[] faces)
    {
        using var bitmap = TestPictures.Draw(128, 128, 1, faces);
        return [new PictureInput { Image = TestPictures.ToImage(bitmap) }];
    }

    private IDataView Fit(PictureInput[] pictures)
    {
        var data = _context.Data.LoadFromEnumerable(pictures);
        return _context.Transforms.CropFaceParts(options: Options()).Fit(data).Transform(data);
    }

    private IEnumerable<CroppedRow> Rows(IDataView view) => _context.Data.CreateEnumerable<CroppedRow>(view, reuseRowObject: false);

    private CroppedRow Only(IDataView view) => Rows(view).Single();

    private static SchemaShape SchemaShapeOfPictures() => new([SchemaShapes.Image(FaceColumns.Image)]);

    private sealed class PictureInput
    {
        public MLImage? Image { get; set; }
    }

    private sealed class CroppedRow
    {
        public byte[] Face { get; set; } = [];

        public byte[] RightEye { get; set; } = [];

        public byte[] LeftEye { get; set; } = [];

        public byte[] Nose { get; set; } = [];

        public byte[] Mouth { get; set; } = [];

        public float[] FaceBox { get; set; } = [];

        public float[] FaceKeypoints { get; set; } = [];

        public float FaceConfidence { get; set; }

        public int FaceCount { get; set; }
    }
}
