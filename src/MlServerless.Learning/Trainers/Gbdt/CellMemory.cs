using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Zeroed bytes that stay where they are: in memory, or in a temporary file that is mapped into it and that the system may write out.</summary>
internal sealed unsafe class CellMemory : IDisposable
{
    private const int LineBytes = 64;
    private readonly long bytes;
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? view;
    private byte* pointer;

    /// <param name="folder">Where the temporary file is; null for memory.</param>
    public CellMemory(long bytes, string? folder)
    {
        this.bytes = bytes + LineBytes;
        if (folder is null)
        {
            pointer = (byte*)NativeMemory.AlignedAlloc((nuint)this.bytes, LineBytes);
            NativeMemory.Clear(pointer, (nuint)this.bytes);
            GC.AddMemoryPressure(this.bytes);
            return;
        }
        var stream = new FileStream(
            Path.Combine(folder, $"{Guid.NewGuid():n}.cells"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        file = MemoryMappedFile.CreateFromFile(stream, null, this.bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, this.bytes);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
    }

    ~CellMemory() => Free();

    /// <summary>The first byte; valid until this object is disposed.</summary>
    public byte* Pointer => pointer;

    public void Dispose()
    {
        Free();
        view?.Dispose();
        file?.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (pointer is null)
            return;
        if (view is not null)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
        else
        {
            NativeMemory.AlignedFree(pointer);
            GC.RemoveMemoryPressure(bytes);
        }
        pointer = null;
    }
}
