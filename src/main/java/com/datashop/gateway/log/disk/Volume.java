package com.datashop.gateway.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// A directory of files, as the log uses one: everything that can fail on a disk goes through here, and so do the tests that make it fail.
interface Volume {
    /// The names of its files.
    List<String> names() throws IOException;

    /// Makes a new file, to be written from its beginning to its end; one of that name is emptied.
    Output create(String name) throws IOException;

    /// Opens a file to be read.
    ///
    /// @throws java.nio.file.NoSuchFileException when it is gone
    Input open(String name) throws IOException;

    /// Cuts the file off, and has that reach the disk.
    void truncate(String name, long length) throws IOException;

    void delete(String name) throws IOException;

    /// Has what was created and deleted reach the disk.
    void sync() throws IOException;

    /// A file that is written.
    interface Output extends Closeable {
        /// Hands the bytes to the operating system: they survive the process from here on.
        void write(byte[] bytes, int from, int length) throws IOException;

        /// Has everything written reach the disk: it survives the machine from here on.
        void sync() throws IOException;
    }

    /// A file that is read; another thread's reading of it is another one of these.
    interface Input extends Closeable {
        long length() throws IOException;

        /// Fills the bytes from this position on, as far as the file goes.
        ///
        /// @return how many
        int read(long position, byte[] into, int from, int length) throws IOException;
    }
}
