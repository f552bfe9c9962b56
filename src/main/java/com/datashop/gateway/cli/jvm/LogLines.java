package com.datashop.gateway.cli.jvm;

import java.io.PrintStream;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Collectors;

/// The gateway's own log: one line of `key=value` an event, on standard error. The JDK's loggers end here too.
///
/// Found by the JDK through `META-INF/services`; so `java.util.logging`, with its start-up time and its two-line format, is never loaded.
public final class LogLines extends System.LoggerFinder {
    private static volatile System.Logger.Level threshold = System.Logger.Level.INFO;

    /// Sets the least level that is written.
    public static void threshold(System.Logger.Level level) {
        threshold = level;
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Line(name, System.err);
    }

    private record Line(String name, PrintStream out) implements System.Logger {
        /// What the JDK says of itself below a warning is of no use to an operator.
        private static final String OWN = "com.datashop.gateway.";
        /// Enough to find a fault by, in one line.
        private static final int FRAMES = 8;

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            var least = name.startsWith(OWN) ? threshold : Level.WARNING;
            return level.getSeverity() >= least.getSeverity() && level != Level.OFF;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            if (!isLoggable(level)) return;
            String word = level == Level.WARNING ? "warn" : level.name().toLowerCase(Locale.ROOT);
            var line = new StringBuilder("time=").append(Instant.now().truncatedTo(ChronoUnit.MILLIS)).append(" level=").append(word);
            if (!name.startsWith(OWN)) line.append(" logger=").append(name);
            line.append(' ').append(oneLine(message));
            if (thrown != null) line.append(" cause=\"").append(oneLine(thrown.toString()).replace('"', '\'')).append("\" at=\"").append(place(thrown)).append('"');
            out.println(line);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... params) {
            if (!isLoggable(level)) return;
            String message = params == null || params.length == 0 ? format : MessageFormat.format(format, params);
            log(level, bundle, message, (Throwable) null);
        }

        private static String oneLine(String text) {
            return text.replaceAll("\\p{Cntrl}+", " ");
        }

        /// The innermost frames, innermost first.
        private static String place(Throwable thrown) {
            return Arrays.stream(thrown.getStackTrace()).limit(FRAMES)
                    .map(frame -> frame.getClassName().replace(OWN, "") + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                    .collect(Collectors.joining(" < "));
        }
    }
}
