package com.datashop.gateway.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// What the command's output goes to: a terminal, where colours help and control characters harm, or something else.
final class Terminal {
    static final int OUT = 1;
    static final int ERR = 2;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Pattern DEVICE = Pattern.compile("/dev/(pts/[0-9]+|tty.*|console)");
    private static final int USUAL_WIDTH = 80;
    private static final int LEAST_WIDTH = 20;

    private Terminal() { }

    /// Whether this descriptor leads to a terminal.
    static boolean is(int descriptor) {
        try {
            return DEVICE.matcher(Files.readSymbolicLink(DESCRIPTORS.resolve(String.valueOf(descriptor))).toString()).matches();
        } catch (IOException | UnsupportedOperationException notLinux) {
            var console = System.console();
            return console != null && console.isTerminal();
        }
    }

    /// Whether to use colours on standard output: on a terminal alone, and not where `NO_COLOR` is set (no-color.org) or `TERM` is `dumb`.
    static boolean hasColours(Map<String, String> environment) {
        return is(OUT) && environment.getOrDefault("NO_COLOR", "").isEmpty() && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /// How many columns standard output has: as the terminal says, else `COLUMNS`, else 80.
    static int width(Map<String, String> environment) {
        try {
            var stty = new ProcessBuilder("stty", "size").redirectInput(Path.of("/dev/tty").toFile()).start();
            try (var out = stty.inputReader()) {
                var line = out.readLine();
                if (stty.waitFor(1, TimeUnit.SECONDS) && line != null && line.matches("[0-9]{1,4} [0-9]{1,5}"))
                    return Math.max(LEAST_WIDTH, Integer.parseInt(line.split(" ")[1]));
            }
        } catch (IOException noTerminal) {
            // COLUMNS may say it
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        var columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[0-9]{1,5}") ? Math.max(LEAST_WIDTH, Integer.parseInt(columns)) : USUAL_WIDTH;
    }
}
