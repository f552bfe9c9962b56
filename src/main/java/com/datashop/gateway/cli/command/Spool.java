package com.datashop.gateway.cli.command;

import com.datashop.gateway.cli.config.ConfigException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file that keeps the entries that could not be published, one on a line. It keeps its earlier lines too.
///
/// It belongs to one thread at a time.
final class Spool implements AutoCloseable {
    private final Path file;
    private final OutputStream out;
    /// Whether this process made the file. Then it deletes the file at the end if it is empty.
    private final boolean made;
    private IOException fault;
    private long lost;

    private Spool(Path file, OutputStream out, boolean made) {
        this.file = file;
        this.out = new BufferedOutputStream(out);
        this.made = made;
    }

    /// Opens the file.
    ///
    /// @throws ConfigException when it cannot be written
    static Spool open(String name) throws ConfigException {
        try {
            var file = Path.of(name);
            boolean made = !Files.exists(file);
            var out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (!made && endsWithinLine(file)) out.write('\n');
            return new Spool(file, out, made);
        } catch (IOException | InvalidPathException unwritable) {
            throw new ConfigException("--spool: can not write " + name);
        }
    }

    private static boolean endsWithinLine(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) == 0 || !Files.isReadable(file)) return false;
        try (var end = new RandomAccessFile(file.toFile(), "r")) {
            end.seek(end.length() - 1);
            return end.read() != '\n';
        }
    }

    /// Keeps an entry. A fault is told by [#close()].
    void keep(byte[] entry) {
        try {
            if (fault == null) {
                out.write(entry);
                out.write('\n');
            }
        } catch (IOException full) {
            fault = full;
        }
        if (fault != null) lost++;
    }

    /// Writes all to the file, and closes it.
    ///
    /// @throws IOException when entries are lost; the message says how many at least
    @Override
    public void close() throws IOException {
        try (out) {
            out.flush();
        } catch (IOException full) {
            if (fault == null) fault = full;
        }
        if (made && Files.isRegularFile(file) && Files.size(file) == 0) Files.delete(file);
        if (fault != null)
            throw new IOException(file + ": " + fault.getMessage()
                    + (lost == 0 ? "" : "; " + lost + " entries are lost"), fault);
    }
}
