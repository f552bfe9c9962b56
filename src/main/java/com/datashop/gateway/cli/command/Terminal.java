package com.datashop.gateway.cli.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Tells where the standard streams of the process lead: to a terminal, to another process, or nowhere.
///
/// On a terminal colours help, and control characters harm.
final class Terminal {
    private static final int IN = 0;
    static final int OUT = 1;
    static final int ERR = 2;
    static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final List<String> DEVICES = List.of("/dev/pts/", "/dev/tty", "/dev/console");

    private Terminal() { }

    /// Whether this descriptor leads to a terminal.
    static boolean isTerminal(int descriptor) {
        try {
            var device = target(descriptor);
            for (var terminal : DEVICES) if (device.startsWith(terminal)) return true;
            return false;
        } catch (IOException | UnsupportedOperationException notLinux) {
            var console = System.console();
            return console != null && console.isTerminal();
        }
    }

    /// Whether standard input was closed when the process began.
    ///
    /// Then the JVM has opened a file of its own in its place. A reader of it would get machine code.
    static boolean isInputClosed() {
        try {
            var file = Path.of(target(IN));
            if (file.startsWith(Path.of(System.getProperty("java.home")).toRealPath())) return true;
            for (var part : System.getProperty("java.class.path").split(File.pathSeparator)) {
                var own = Path.of(part);
                if (Files.isRegularFile(own) && Files.isRegularFile(file) && Files.isSameFile(file, own)) return true;
            }
            return false;
        } catch (IOException | UnsupportedOperationException notLinux) {
            return Files.isDirectory(DESCRIPTORS) && !Files.exists(DESCRIPTORS.resolve(String.valueOf(IN)));
        }
    }

    /// Whether this descriptor leads to another process.
    static boolean isPipe(int descriptor) {
        try {
            var target = target(descriptor);
            if (target.startsWith("pipe:") || target.startsWith("socket:")) return true;
            var file = Path.of(target); // A named pipe, perhaps.
            return !target.startsWith("/dev/") && Files.exists(file) && !Files.isRegularFile(file);
        } catch (IOException | UnsupportedOperationException notLinux) {
            return !isTerminal(descriptor);
        }
    }

    private static String target(int descriptor) throws IOException {
        return Files.readSymbolicLink(DESCRIPTORS.resolve(String.valueOf(descriptor))).toString();
    }

    /// Whether to use colours on standard output.
    ///
    /// It must be a terminal, `NO_COLOR` must not have a value (no-color.org), and `TERM` must not be `dumb`.
    static boolean hasColours(Map<String, String> environment) {
        return isTerminal(OUT) && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }
}
