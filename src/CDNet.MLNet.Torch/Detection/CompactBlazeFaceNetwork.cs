using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>The trained side of <see cref="CompactBlazeFace"/>.</summary>
internal sealed class CompactBlazeFaceNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _stem;
    private readonly BatchNorm2d _stemNorm;
    private readonly List<(CompactBlazeFace.Level Level, Scalar Unit, List<BlazeBlock> Blocks, Conv2d Head)> _levels = [];

    public CompactBlazeFaceNetwork(Random random)
        : base(nameof(CompactBlazeFace))
    {
        const int Kernel = BlazeBlockSpec.KernelSide;
        _stem = nn.Conv2d(3, CompactBlazeFace.StemOutputs, Kernel, stride: 2, padding: Kernel / 2, bias: false);
        _stemNorm = BatchNorms.Of(CompactBlazeFace.StemOutputs);
        register_module(CompactBlazeFace.Stem, _stem);
        register_module(CompactBlazeFace.StemNorm, _stemNorm);
        foreach (var level in CompactBlazeFace.Levels)
        {
            List<BlazeBlock> blocks = [.. level.Blocks.Select(spec => new BlazeBlock(spec))];
            var head = nn.Conv2d(level.Blocks[^1].Outputs, CompactBlazeFace.Outputs, 1);
            register_module(level.Name, new ModuleList<BlazeBlock>([.. blocks]));
            register_module(level.Head, head);
            _levels.Add((level, CompactBlazeFace.Unit(level), blocks, head));
        }
        WeightInitialization.Apply(this, random);
        StartWithoutFaces();
    }

    /// <summary>What every cell says.</summary>
    /// <param name="windows">uint8 [N,3,128,128].</param>
    /// <returns>float [N, cells, 17]: the logit of a face; then centre x and y, width, height and the key points, as fractions of the window from the middle of the cell.</returns>
    public override Tensor forward(Tensor windows)
    {
        using var scope = NewDisposeScope();
        var x = BlazeBlock.Normalize(windows);
        x = nn.functional.relu(_stemNorm.call(_stem.call(x)));
        var grids = new List<Tensor>();
        foreach (var (level, unit, blocks, head) in _levels)
        {
            foreach (var block in blocks)
                x = block.call(x);
            var cells = PointwiseConvolution.Of(x, head.weight!, head.bias).permute(0, 2, 3, 1).reshape(x.shape[0], level.Grid * level.Grid, CompactBlazeFace.Outputs);
            var (logits, places) = (cells.narrow(2, 0, 1), cells.narrow(2, 1, CompactBlazeFace.Outputs - 1));
            grids.Add(cat([logits, places * unit], 2));
        }
        return cat(grids, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Nearly no cell holds a face: heads that begin at one half would drown the faces in the first steps' loss.</summary>
    private void StartWithoutFaces()
    {
        const float LogitOfOnePercent = -4.6f;
        using var guard = no_grad();
        foreach (var (_, _, _, head) in _levels)
        {
            head.weight!.mul_(0.1f);
            head.bias!.zero_();
            head.bias.narrow(0, 0, 1).fill_(LogitOfOnePercent);
        }
    }
}
