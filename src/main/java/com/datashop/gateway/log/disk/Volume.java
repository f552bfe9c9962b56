package com.datashop.gateway.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// A directory of files, as the log uses it. All that can fail on a disk is here, so tests can make it fail.
interface Volume {
    /// The names of its files.
    List<String> names() throws IOException;

    /// Makes a new file, to be written from its beginning to its end. An existing file is emptied.
    Output create(String name) throws IOException;

    /// Opens a file to be read.
    ///
    /// @throws java.nio.file.NoSuchFileException when it is gone
    Input open(String name) throws IOException;

    /// Cuts off the end of the file, and brings that to the disk.
    void truncate(String name, long length) throws IOException;

    void delete(String name) throws IOException;

    /// Brings to the disk which files were created and deleted.
    void sync() throws IOException;

    /// A file that is written.
    interface Output extends Closeable {
        /// Hands the bytes to the operating system. From here on they survive the process.
        void write(byte[] bytes, int from, int length) throws IOException;

        /// Brings everything written to the disk. From here on it survives the machine.
        void sync() throws IOException;
    }

    /// A file that is read. Each reading thread opens its own.
    interface Input extends Closeable {
        long length() throws IOException;

        /// Reads from this position into the bytes, as far as the file goes.
        ///
        /// @return the number of bytes read
        int read(long position, byte[] into, int from, int length) throws IOException;
    }
}
