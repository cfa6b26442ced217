using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Faces;

/// <summary>Finds the face of each picture with BlazeFace and cuts it, its eyes, its nose and its mouth out (sections 3.2 and 4.1 of the paper).</summary>
/// <remarks>
/// <para>Estimator characteristics: needs no data to fit; input <see cref="MLImage"/> of any size; output <c>Face</c> byte[3,299,299], <c>RightEye</c>,
/// <c>LeftEye</c>, <c>Nose</c>, <c>Mouth</c> byte[3,64,64], <c>FaceBox</c> float[4], <c>FaceKeypoints</c> float[12], <c>FaceConfidence</c> float and
/// <c>FaceCount</c> int, as <see cref="FaceColumns"/> describes them.</para>
/// <para>Of several faces the most confident one is cut out; <see cref="FaceDetector"/> gives them all. Where there is none, the crops are zero and the
/// confidence is 0, and the components behind this one give NaN.</para>
/// </remarks>
public sealed class FacePartCropper : IEstimator<FacePartCropperTransformer>
{
    private readonly string _image;
    private readonly FacePartCropOptions _options;

    /// <summary>Creates the estimator; <c>mlContext.Transforms.CropFaceParts</c> does this.</summary>
    /// <param name="imageColumnName">The column of pictures.</param>
    /// <param name="options">Detector, thresholds and geometry; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public FacePartCropper(string imageColumnName = FaceColumns.Image, FacePartCropOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(imageColumnName);
        _image = imageColumnName;
        _options = options ?? new FacePartCropOptions();
        _options.Validate();
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The data has no such column of pictures.</exception>
    /// <exception cref="InvalidOperationException">No detector was given and there is no default one.</exception>
    public FacePartCropperTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var type = input.Schema.Require(_image, nameof(FacePartCropper)).Type;
        if (type is not Microsoft.ML.Transforms.Image.ImageDataViewType)
            throw new ArgumentException($"The column {_image} is {type}; CropFaceParts needs pictures (LoadImages or LoadPictures makes them).", nameof(input));
        var detector = _options.Detector ?? FaceDetectorModel.Default;
        var chain = new StageChain(input)
            .Copy((CropColumns.Picture, _image))
            .Map<PictureMapping.Source, PictureMapping.Target>(PictureMapping.Map, PictureMapping.Contract)
            .Onnx(CropStateGraph.Build(detector, _options), [CropColumns.Row], [CropColumns.DetectorId, CropColumns.Detector, CropColumns.Options])
            .Map<FacePartCropMapping.Source, FacePartCropMapping.Target>(FacePartCropMapping.Map, FacePartCropMapping.Contract)
            .Copy(
                (FaceColumns.Face, CropColumns.Face),
                (FaceColumns.RightEye, CropColumns.RightEye),
                (FaceColumns.LeftEye, CropColumns.LeftEye),
                (FaceColumns.Nose, CropColumns.Nose),
                (FaceColumns.Mouth, CropColumns.Mouth),
                (FaceColumns.FaceBox, CropColumns.Box),
                (FaceColumns.FaceKeypoints, CropColumns.Keypoints),
                (FaceColumns.FaceConfidence, CropColumns.Confidence),
                (FaceColumns.FaceCount, CropColumns.Count))
            .Drop(
                CropColumns.Picture, CropColumns.DecodedPicture, CropColumns.Row, CropColumns.DetectorId, CropColumns.Detector, CropColumns.Options,
                CropColumns.Face, CropColumns.RightEye, CropColumns.LeftEye, CropColumns.Nose, CropColumns.Mouth,
                CropColumns.Box, CropColumns.Keypoints, CropColumns.Confidence, CropColumns.Count);
        return new FacePartCropperTransformer(chain.Build(), detector, _options);
    }

    /// <summary>The shape of a crop column.</summary>
    internal static SchemaShape.Column CropShape(string crop)
    {
        var side = crop == FaceColumns.Face ? FacePartCropOptions.FaceSide : FacePartCropOptions.PartSide;
        return SchemaShapes.Vector<byte>(crop, NumberDataViewType.Byte, 3, side, side);
    }

    /// <inheritdoc />
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_image, nameof(FacePartCropper));
        return inputSchema.With(
        [
            .. FaceColumns.Crops.Select(CropShape),
            SchemaShapes.Vector<float>(FaceColumns.FaceBox, NumberDataViewType.Single, 4),
            SchemaShapes.Vector<float>(FaceColumns.FaceKeypoints, NumberDataViewType.Single, FaceKeypoints.Length),
            SchemaShapes.Scalar<float>(FaceColumns.FaceConfidence, NumberDataViewType.Single),
            SchemaShapes.Scalar<int>(FaceColumns.FaceCount, NumberDataViewType.Int32),
        ]);
    }
}

/// <summary>What <see cref="FacePartCropper"/> fits to.</summary>
public sealed class FacePartCropperTransformer : WrappedTransformer
{
    internal FacePartCropperTransformer(ITransformer inner, FaceDetectorModel detector, FacePartCropOptions options)
        : base(inner)
    {
        Detector = detector;
        Options = options;
    }

    /// <summary>The detector that a saved model will carry.</summary>
    public FaceDetectorModel Detector { get; }

    /// <summary>The options that a saved model will carry.</summary>
    public FacePartCropOptions Options { get; }
}
