using System.Text.Json.Nodes;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Prepared;

namespace CDNet.MLNet.Tests.Prepared;

/// <summary>A set says what decoded its videos, and is not mixed from several.</summary>
[TestClass]
public sealed class DecoderRecordTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Decoder_is_recorded_and_another_is_refused_by_name()
    {
        DrawnVideos.Write(_folder.File("data/real/a.vid"), 3);
        DrawnVideos.Write(_folder.File("data/fake/b.vid"), 3);

        Assert.AreEqual("ffmpeg 5.1", Prepare("set", "ffmpeg 5.1").Decoder);
        Assert.AreEqual("ffmpeg 5.1", PreparedSet.Open(_folder.File("set")).Report.Decoder);
        Assert.Contains("Decoder (ffmpeg 5.1, now opencv 4.13)", Assert.ThrowsExactly<InvalidDataException>(() => Prepare("set", "opencv 4.13")).Message);
        Prepare("set", "ffmpeg 5.1");
    }

    [TestMethod]
    public void Shards_of_several_decoders_are_not_merged()
    {
        DrawnVideos.Write(_folder.File("data/real/a.vid"), 3);
        DrawnVideos.Write(_folder.File("data/fake/b.vid"), 3);
        Prepare("one", "ffmpeg 5.1", new Shard(0, 2));
        Prepare("two", "ffmpeg 7.1", new Shard(1, 2));

        var message = Assert.ThrowsExactly<InvalidDataException>(() => SetMerger.Merge([_folder.File("one"), _folder.File("two")], _folder.File("all"))).Message;
        Assert.Contains("Decoder (ffmpeg 5.1, now ffmpeg 7.1)", message);
    }

    [TestMethod]
    public void Sets_of_pictures_do_not_depend_on_the_decoder()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 4);

        Assert.IsNull(Prepare("set", "ffmpeg 5.1").Decoder);
        Assert.IsNull(Prepare("set", "opencv 4.13").Decoder);
        Assert.IsFalse(Json().ContainsKey("decoder"));
    }

    [TestMethod]
    public void Set_of_before_decoders_were_recorded_goes_on()
    {
        DrawnVideos.Write(_folder.File("data/real/a.vid"), 3);
        DrawnVideos.Write(_folder.File("data/fake/b.vid"), 3);
        Prepare("set", "opencv 4.13");
        var json = Json();
        json.Remove("decoder");
        File.WriteAllText(_folder.File("set/prepared.json"), json.ToJsonString());

        Assert.AreEqual(2, Prepare("set", "opencv 4.13").Videos);
        Assert.IsNull(PreparedSet.Open(_folder.File("set")).Report.Decoder);
    }

    private JsonObject Json() => JsonNode.Parse(File.ReadAllText(_folder.File("set/prepared.json")))!.AsObject();

    private PrepareReport Prepare(string name, string decoder, Shard? shard = null)
    {
        var options = new PrepareOptions
        {
            Crops = new FacePartCropOptions { Detector = MarkerDetector.Create() },
            Videos = new DrawnVideos { Decoder = decoder },
            Shard = shard ?? Shard.Whole,
        };
        return SetPreparer.Run(PictureSet.Open(_folder.File("data"), null, options.Videos.Extensions), _folder.File(name), options);
    }
}
