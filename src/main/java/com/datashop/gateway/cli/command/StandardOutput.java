package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.cli.config.Exit;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/// Writes standard output, and tells when that fails. A `PrintStream` would keep silent.
public final class StandardOutput {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final byte[] LINE_END = {'\n'};

    private final BufferedOutputStream out =
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES);

    /// Prints the text of a command that prints nothing else, and returns how the command ends.
    public static Exit print(String text) {
        try {
            var out = new StandardOutput();
            out.write(text.getBytes(UTF_8));
            out.flush();
            return Exit.OK;
        } catch (Fault fault) {
            return fault.exit();
        }
    }

    /// Writes a line, which stays in memory until the buffer is full or [#flush()] is called.
    ///
    /// @throws Fault when it cannot be written
    void line(String text) {
        write(text.getBytes(UTF_8));
        write(LINE_END);
    }

    /// @throws Fault when it cannot be written
    private void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException failed) {
            throw new Fault(failed);
        }
    }

    /// @throws Fault when it cannot be written
    void flush() {
        try {
            out.flush();
        } catch (IOException failed) {
            throw new Fault(failed);
        }
    }

    /// Standard output cannot be written any more.
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault(IOException cause) {
            super(cause);
        }

        /// The exit of a command whose purpose is its output. It prints the reason, unless the pipe is closed.
        Exit exit() {
            if (isClosedPipe()) return Exit.OK;
            System.err.println("gateway: " + what());
            return Exit.FAILED;
        }

        /// Whether nobody reads the pipe any more, as after `tail ... | head`. A pipe has no other fault.
        ///
        /// The message of the system would tell the same, but in the language of the user.
        private boolean isClosedPipe() {
            return Terminal.isPipe(Terminal.OUT);
        }

        /// The reason in one line.
        private String what() {
            return PlainText.of("can not write to standard output: " + getCause().getMessage(), false, false);
        }
    }
}
