package com.datashop.gateway.cli.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/// Copies the input to standard output, byte for byte. A copy that fails does not keep lines from being published.
final class Tee implements LineReader.Copy {
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final PublishReport report;
    private boolean broken;

    /// @param report learns of a fault, unless it is a pipe that nobody reads any more
    Tee(PublishReport report) {
        this.report = report;
    }

    @Override
    public void write(byte[] bytes, int length) {
        if (broken) return;
        try {
            out.write(bytes, 0, length);
        } catch (IOException unwritable) {
            broken = true;
            if (!Terminal.isPipe(Terminal.OUT))
                report.failed("--tee: can not write to standard output: " + unwritable.getMessage());
        }
    }
}
