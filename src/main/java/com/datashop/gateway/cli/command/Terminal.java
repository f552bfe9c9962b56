package com.datashop.gateway.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Tells whether the output is a terminal, where colours help and control characters harm.
final class Terminal {
    static final int OUT = 1;
    static final int ERR = 2;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final List<String> DEVICES = List.of("/dev/pts/", "/dev/tty", "/dev/console");
    private static final int USUAL_WIDTH = 80;
    private static final int LEAST_WIDTH = 20;

    private Terminal() { }

    /// Whether this descriptor leads to a terminal.
    static boolean isTerminal(int descriptor) {
        try {
            var device = Files.readSymbolicLink(DESCRIPTORS.resolve(String.valueOf(descriptor))).toString();
            for (var terminal : DEVICES) if (device.startsWith(terminal)) return true;
            return false;
        } catch (IOException | UnsupportedOperationException notLinux) {
            var console = System.console();
            return console != null && console.isTerminal();
        }
    }

    /// Whether to use colours on standard output.
    ///
    /// It must be a terminal, `NO_COLOR` must not be set (no-color.org), and `TERM` must not be `dumb`.
    static boolean hasColours(Map<String, String> environment) {
        return isTerminal(OUT) && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /// The columns of standard output: as the terminal says, or else `COLUMNS`, or else 80.
    static int width(Map<String, String> environment) {
        try {
            var stty = new ProcessBuilder("stty", "size").redirectInput(Path.of("/dev/tty").toFile()).start();
            try (var out = stty.inputReader()) {
                var line = out.readLine();
                if (stty.waitFor(1, TimeUnit.SECONDS) && line != null && line.matches("[0-9]{1,4} [0-9]{1,5}"))
                    return Math.max(LEAST_WIDTH, Integer.parseInt(line.split(" ")[1]));
            }
        } catch (IOException noTerminal) {
            // COLUMNS may have the width.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        var columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[0-9]{1,5}") ? Math.max(LEAST_WIDTH, Integer.parseInt(columns)) : USUAL_WIDTH;
    }
}
