package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Numbers that tests come by and that depend on the machine: noted in `target/measured.txt`, and never asserted.
public final class Measured {
    private static final Path FILE = Path.of("target", "measured.txt");

    private Measured() { }

    public static void note(String what, long number) {
        try {
            Files.writeString(FILE, what + ": " + number + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
