#!/usr/bin/env -S dotnet run --file
#:package CDNet.MLNet@0.1.*
#:property PublishAot=false
// Makes the pictures in faces/ from the one photograph of a face in this repository, which is free to share: the same person in many framings and lights, and each
// picture a second time with the face tampered with. The tampering does what a face swap does: an inner face that was made smaller than it is shown, a little off in
// shape and colour, laid over the other with a soft edge.
//
//   dotnet run make-faces.cs
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using SkiaSharp;

const string photograph = "../docs/pictures/astronaut.jpg";
const string folder = "faces";
const int side = 224;
const int trainingSources = 20;
const int testSources = 6;
const int framesOfTest = 2;

using var source = SKBitmap.Decode(photograph);
using var detector = new FaceDetector(FaceDetectorModel.Default);
using var picture = PictureReader.Read(photograph);
var face = detector.Detect(picture)[0];

var lines = new List<string> { "path,label,split,source_video,video" };
for (var number = 0; number < trainingSources + testSources; number++)
{
    var split = number < trainingSources ? "train" : "test";
    var scene = Scene.Draw(new Random(1000 + number));
    for (var frame = 0; frame < (split == "train" ? 1 : framesOfTest); frame++)
    {
        // The frames of a source are the same scene a moment later.
        var moment = scene.Later(new Random(number * 10 + frame), frame);
        using var real = moment.Film(source, face, side);
        using var fake = moment.Tamper(real, moment.Matrix(face, side).MapPoint(Middle(face)), moment.Matrix(face, side).MapRadius(EyeDistance(face)));
        foreach (var (label, bitmap) in new[] { ("real", real), ("fake", fake) })
        {
            var path = $"{split}/{label}/{number:00}-{frame}.jpg";
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            // Both go through the same encoder, so that the file itself gives nothing away.
            using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, moment.Quality);
            File.WriteAllBytes(Path.Combine(folder, path), data.ToArray());
            lines.Add($"{path},{label},{split},source-{number:00},{label}-{number:00}");
        }
    }
}
File.WriteAllLines(Path.Combine(folder, "faces.csv"), lines);
Console.WriteLine($"{lines.Count - 1} pictures in {folder}");

static SKPoint Middle(DetectedFace face) => new(face.Keypoints.Nose.X, 0.55f * face.Keypoints.Nose.Y + 0.45f * (face.Keypoints.RightEye.Y + face.Keypoints.Mouth.Y) / 2);

static float EyeDistance(DetectedFace face) => face.Keypoints.RightEye.DistanceTo(face.Keypoints.LeftEye);

/// <summary>How a picture is taken, and how its face is tampered with.</summary>
internal sealed record Scene(
    float FaceShare, float Focus, float X, float Y, float Degrees, bool IsMirrored, float Light, float Contrast, float Red, float Blue, int Quality, float Shrink, float Stretch, float Tint, float FakeLight)
{
    public static Scene Draw(Random random)
    {
        float Between(double least, double most) => (float)(least + (most - least) * random.NextDouble());
        return new(
            Between(0.40, 0.55), Between(0.45, 1), Between(-0.06, 0.06), Between(-0.03, 0.08), Between(-9, 9), random.Next(2) == 0, Between(-18, 18), Between(0.85, 1.15), Between(0.93, 1.07), Between(0.93, 1.07),
            random.Next(82, 96), Between(0.45, 0.65), Between(0.97, 1.04), Between(0.97, 1.03), Between(-4, 4));
    }

    public Scene Later(Random random, int frame)
    {
        float By(double most) => frame * (float)(most * (2 * random.NextDouble() - 1));
        return this with { X = X + By(0.01), Y = Y + By(0.01), Degrees = Degrees + By(1.5), FaceShare = FaceShare + By(0.01) };
    }

    /// <summary>From the photograph to the picture: the detected box takes <see cref="FaceShare"/> of the side.</summary>
    public SKMatrix Matrix(DetectedFace face, int side)
    {
        var scale = FaceShare * side / face.Box.Width;
        var centre = new SKPoint(face.Box.Left + face.Box.Width / 2, face.Box.Top + face.Box.Height / 2);
        return SKMatrix.CreateTranslation(-centre.X, -centre.Y)
            .PostConcat(SKMatrix.CreateScale(IsMirrored ? -scale : scale, scale))
            .PostConcat(SKMatrix.CreateRotationDegrees(Degrees))
            .PostConcat(SKMatrix.CreateTranslation((0.5f + X) * side, (0.5f + Y) * side));
    }

    /// <summary>The picture, more or less in focus: a soft picture alone is no sign of a fake.</summary>
    public SKBitmap Film(SKBitmap source, DetectedFace face, int side)
    {
        using var bitmap = new SKBitmap(side, side);
        using var canvas = new SKCanvas(bitmap);
        using var shader = source.ToShader(SKShaderTileMode.Mirror, SKShaderTileMode.Mirror, Matrix(face, side));
        using var colour = Colour(Red, Blue, Light, Contrast);
        using var paint = new SKPaint { Shader = shader, FilterQuality = SKFilterQuality.High, ColorFilter = colour };
        canvas.DrawRect(0, 0, side, side, paint);
        using var small = bitmap.Resize(new SKImageInfo((int)(Focus * side), (int)(Focus * side)), SKFilterQuality.Medium);
        return small.Resize(new SKImageInfo(side, side), SKFilterQuality.High);
    }

    public SKBitmap Tamper(SKBitmap real, SKPoint middle, float eyes)
    {
        var fake = real.Copy();
        using var canvas = new SKCanvas(fake);
        using var small = real.Resize(new SKImageInfo((int)(Shrink * real.Width), (int)(Shrink * real.Height)), SKFilterQuality.Medium);
        var back = SKMatrix.CreateScale((float)real.Width / small.Width, (float)real.Height / small.Height)
            .PostConcat(SKMatrix.CreateScale(Stretch, 2 - Stretch, middle.X, middle.Y));
        using var shader = small.ToShader(SKShaderTileMode.Clamp, SKShaderTileMode.Clamp, back);
        using var edge = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, 0.12f * eyes);
        using var colour = Colour(Tint, 2 - Tint, FakeLight, 1);
        using var paint = new SKPaint { Shader = shader, FilterQuality = SKFilterQuality.Low, MaskFilter = edge, ColorFilter = colour, IsAntialias = true };
        using var oval = new SKPath();
        oval.AddOval(SKRect.Create(middle.X - 1.05f * eyes, middle.Y - 1.3f * eyes, 2.1f * eyes, 2.6f * eyes));
        oval.Transform(SKMatrix.CreateRotationDegrees(Degrees, middle.X, middle.Y));
        canvas.DrawPath(oval, paint);
        return fake;
    }

    private static SKColorFilter Colour(float red, float blue, float light, float contrast)
    {
        var offset = light / 255 + (1 - contrast) / 2;
        return SKColorFilter.CreateColorMatrix([red * contrast, 0, 0, 0, offset, 0, contrast, 0, 0, offset, 0, 0, blue * contrast, 0, offset, 0, 0, 0, 1, 0]);
    }
}
