// Writes the notebooks from the programs in samples/, with what their cells print and show, and runs notebooks cell by cell. "text" writes new text beside code that has not changed.
//
//   ./pack.sh && cd notebooks && dotnet run -c Release --project runner -- write [NAME ...]
//   dotnet run -c Release --project runner -- text
//   dotnet run -c Release --project runner -- run [--short] FILE.ipynb ...
//   dotnet run -c Release --project runner -- compile FILE.cs ...
//
// Cells run in the current folder: in notebooks/, as the paths in them expect. With --short every stage of a training has one epoch.
using System.Diagnostics;
using System.Text.RegularExpressions;
using CDNet.Notebooks;
using CDNet.Notebooks.Cells;

switch (args)
{
    case ["write", .. var names]:
        foreach (var (notebook, program) in CellProgram.Programs.Where(entry => names.Length == 0 || names.Contains(Path.GetFileNameWithoutExtension(entry.Value))))
        {
            var cells = CellProgram.Read(File.ReadAllText(Path.Combine("..", "samples", program)));
            if (await Run(notebook, cells) is not { } outputs)
                return 1;
            Notebook.Write(notebook, cells.Zip(outputs));
        }
        return 0;
    case ["text"]:
        foreach (var (notebook, program) in CellProgram.Programs)
        {
            var cells = CellProgram.Read(File.ReadAllText(Path.Combine("..", "samples", program)));
            var kept = Notebook.Read(notebook).Where(entry => entry.Cell.IsCode).ToList();
            if (!cells.Where(cell => cell.IsCode).SequenceEqual(kept.Select(entry => entry.Cell)))
            {
                Console.Error.WriteLine($"{notebook} has other code than {program}: write it.");
                return 1;
            }
            var outputs = new Queue<IReadOnlyList<CellOutput>>(kept.Select(entry => entry.Outputs));
            Notebook.Write(notebook, cells.Select(cell => (cell, cell.IsCode ? outputs.Dequeue() : [])));
        }
        return 0;
    case ["run", "--short", _, ..]:
        return await RunAll(args[2..], Shorten);
    case ["run", _, ..]:
        return await RunAll(args[1..], cell => cell);
    case ["compile", _, ..]:
        return args[1..].Count(program => !ProgramCompiler.Compiles(program)) == 0 ? 0 : 1;
    default:
        Console.Error.WriteLine("write [NAME ...], text, run [--short] FILE.ipynb ... or compile FILE.cs ...; see the head of Program.cs.");
        return 2;
}

static Cell Shorten(Cell cell) => cell with { Source = Regex.Replace(cell.Source, @"\b(EpochsStage[12]) = [1-9]\d*", "$1 = 1") };

static async Task<int> RunAll(IEnumerable<string> notebooks, Func<Cell, Cell> change)
{
    foreach (var notebook in notebooks)
    {
        if (await Run(notebook, [.. Notebook.Read(notebook).Select(entry => change(entry.Cell))]) is null)
            return 1;
    }
    return 0;
}

// What each cell printed and showed; null, and a message, where one failed.
static async Task<IReadOnlyList<IReadOnlyList<CellOutput>>?> Run(string notebook, IReadOnlyList<Cell> cells)
{
    var host = new CellHost();
    var outputs = new List<IReadOnlyList<CellOutput>>();
    foreach (var (i, cell) in cells.Index())
    {
        var watch = Stopwatch.StartNew();
        try
        {
            outputs.Add(cell.IsCode ? await host.RunAsync(cell) : []);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"{notebook}, cell {i + 1}: {e}\n{cell.Source}");
            return null;
        }
        if (cell.IsCode)
            Console.WriteLine($"{notebook}, cell {i + 1}: {watch.Elapsed.TotalSeconds:F1} s");
    }
    return outputs;
}
