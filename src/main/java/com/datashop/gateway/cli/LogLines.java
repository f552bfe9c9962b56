package com.datashop.gateway.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ResourceBundle;

/// The gateway's own log: one line of `key=value` an event, on standard error. The JDK's loggers end here too.
///
/// Found by the JDK through `META-INF/services`; so `java.util.logging`, with its start-up time and its two-line format, is never loaded.
public final class LogLines extends System.LoggerFinder {
    private static volatile System.Logger.Level threshold = System.Logger.Level.INFO;

    /// Sets the least level that is written.
    static void threshold(System.Logger.Level level) {
        threshold = level;
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Line(name, System.err);
    }

    private record Line(String name, PrintStream out) implements System.Logger {
        /// What the JDK says of itself below a warning is of no use to an operator.
        private static final String OWN = "com.datashop.";

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
            var line = new StringBuilder("time=").append(Instant.now().truncatedTo(ChronoUnit.MILLIS)).append(" level=")
                    .append(level == Level.WARNING ? "warn" : level.name().toLowerCase(java.util.Locale.ROOT));
            if (!name.startsWith(OWN)) line.append(" logger=").append(name);
            line.append(' ').append(oneLine(message));
            if (thrown != null) line.append(" cause=\"").append(oneLine(thrown.toString()).replace("\"", "'")).append("\" at=\"").append(place(thrown)).append('"');
            out.println(line);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... params) {
            if (isLoggable(level)) log(level, bundle, params == null || params.length == 0 ? format : java.text.MessageFormat.format(format, params), (Throwable) null);
        }

        private static String oneLine(String text) {
            return text.replaceAll("\\p{Cntrl}+", " ");
        }

        /// The innermost frames: enough to find the fault by, in one line.
        private static String place(Throwable thrown) {
            var place = new StringBuilder();
            var frames = thrown.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, 8); i++) place.append(i == 0 ? "" : " < ").append(frames[i].getClassName().replaceFirst("^com\\.datashop\\.gateway\\.", ""))
                    .append('.').append(frames[i].getMethodName()).append(':').append(frames[i].getLineNumber());
            return place.toString();
        }
    }
}
