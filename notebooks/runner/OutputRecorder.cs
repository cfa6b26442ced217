using System.Text;
using CDNet.Notebooks.Cells;

namespace CDNet.Notebooks
{
    /// <summary>Keeps what a cell prints and shows, in its order.</summary>
    internal sealed class OutputRecorder : TextWriter
    {
        private readonly List<CellOutput> _outputs = [];
        private readonly StringBuilder _text = new();
        private readonly Lock _lock = new();

        /// <summary>That of the cell that is running.</summary>
        public static OutputRecorder? Current { get; set; }

        public override Encoding Encoding => Encoding.UTF8;

        public IReadOnlyList<CellOutput> Outputs
        {
            get
            {
                lock (_lock)
                {
                    CloseText();
                    return [.. _outputs];
                }
            }
        }

        public override void Write(char value)
        {
            lock (_lock)
                _text.Append(value);
        }

        public void Show(string mimeType, string data)
        {
            lock (_lock)
            {
                CloseText();
                _outputs.Add(new CellOutput(mimeType, data));
            }
        }

        private void CloseText()
        {
            if (_text.Length > 0)
                _outputs.Add(new CellOutput(CellOutput.Printed, _text.ToString()));
            _text.Clear();
        }
    }
}

namespace System
{
    /// <summary>What .NET Interactive has under the same name: shows something beside the text of a cell.</summary>
    public static class DisplayExtensions
    {
        public static void DisplayAs(this string value, string mimeType) => CDNet.Notebooks.OutputRecorder.Current?.Show(mimeType, value);
    }
}
