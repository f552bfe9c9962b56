package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// rsyslog, where `scripts/test` has unpacked it.
///
/// Debian's package of it excludes that of syslog-ng, which other tests need. So it is not installed but unpacked.
public final class Rsyslog {
    private static final Path UNPACKED = Path.of("/opt/rsyslog/usr");

    private Rsyslog() { }

    /// The words of the command that runs it.
    public static List<String> command() {
        var program = UNPACKED.resolve("sbin/rsyslogd");
        if (!Files.isExecutable(program)) return List.of(Tool.path("rsyslogd").toString());
        try (var folders = Files.walk(UNPACKED.resolve("lib"), 2)) {
            var modules = folders.filter(folder -> Files.exists(folder.resolve("omprog.so"))).findFirst().orElseThrow();
            return List.of(program.toString(), "-M", modules.toString());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
