package com.datashop.gateway.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;

/// The version, as the build wrote it.
public final class Version {
    private Version() { }

    public static String text() {
        try (var in = Version.class.getResourceAsStream("version.txt")) {
            return new String(in.readAllBytes(), UTF_8).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
