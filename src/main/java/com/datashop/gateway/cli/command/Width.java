package com.datashop.gateway.cli.command;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The columns of standard output. A terminal is asked again while lines are printed, as its user may resize it.
final class Width implements Runnable {
    private static final int USUAL = 80;
    private static final int LEAST = 20;
    private static final long PERIOD = Duration.ofSeconds(2).toNanos();

    private final boolean fixed;
    private volatile int columns;
    private long askedAt = System.nanoTime();

    private Width(int columns, boolean fixed) {
        this.columns = columns;
        this.fixed = fixed;
    }

    /// The width of a terminal: `COLUMNS` (POSIX gives it the first word), or what the terminal says, or 80.
    ///
    /// A pipe or a file has the width 0, which is no bound.
    static Width ofOutput(Map<String, String> environment) {
        if (!Terminal.isTerminal(Terminal.OUT)) return new Width(0, true);
        int wanted = number(environment.getOrDefault("COLUMNS", ""));
        return wanted > 0 ? new Width(bounded(wanted), true) : new Width(bounded(asked()), false);
    }

    /// The columns now; 0 for no bound, otherwise at least 20. Only one thread may ask.
    int columns() {
        if (!fixed && System.nanoTime() - askedAt > PERIOD) {
            askedAt = System.nanoTime();
            Thread.ofVirtual().name("width").start(this);
        }
        return columns;
    }

    @Override
    public void run() {
        columns = bounded(asked());
    }

    private static int bounded(int columns) {
        return columns == 0 ? USUAL : Math.max(LEAST, columns);
    }

    /// The columns that the terminal of standard output says; 0 when it says none.
    private static int asked() {
        try {
            var terminal = Terminal.DESCRIPTORS.resolve(String.valueOf(Terminal.OUT)).toFile();
            var stty = new ProcessBuilder("stty", "size").redirectInput(terminal)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try (var out = stty.inputReader()) {
                var line = out.readLine();
                if (line != null && line.indexOf(' ') > 0 && stty.waitFor(1, TimeUnit.SECONDS))
                    return number(line.substring(line.indexOf(' ') + 1));
            }
        } catch (IOException noStty) {
            // The usual width will do.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static int number(String text) {
        try {
            return Math.max(0, Integer.parseInt(text.strip()));
        } catch (NumberFormatException none) {
            return 0;
        }
    }
}
