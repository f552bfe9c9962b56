package com.datashop.gateway.metrics;

import java.math.BigDecimal;

/// Writes metrics in the Prometheus text format 0.0.4.
///
/// A metric is its `HELP` line, its `TYPE` line and its samples. A metric that has no sample is left out.
final class Exposition {
    /// Numbers below this, or not below `LARGE`, are written with an exponent.
    private static final double SMALL = 1e-9;
    private static final double LARGE = 1e15;

    private final StringBuilder out;

    Exposition(StringBuilder out) {
        this.out = out;
    }

    void write(Registry.Declaration declaration) {
        var name = declaration.name();
        int start = out.length();
        String help = declaration.help().replace("\\", "\\\\").replace("\n", "\\n");
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(declaration.metric().kind().type()).append('\n');
        int head = out.length();
        declaration.metric().writeTo(this, name);
        if (out.length() == head) out.setLength(start);
    }

    /// @param labels in braces, or empty
    /// @param value NaN when there is none; then no sample is written
    void sample(String name, String labels, double value) {
        if (!Double.isNaN(value)) line(name, labels, number(value));
    }

    void sample(String name, String labels, long value) {
        line(name, labels, Long.toString(value));
    }

    private void line(String name, String labels, String value) {
        out.append(name).append(labels).append(' ').append(value).append('\n');
    }

    /// The number as Go's `ParseFloat` reads it. It has no exponent where people can still read it without one.
    static String number(double value) {
        if (Double.isInfinite(value)) return value > 0 ? "+Inf" : "-Inf";
        double size = Math.abs(value);
        if (size < LARGE && value == (long) value) return Long.toString((long) value);
        boolean isPlain = size >= SMALL && size < LARGE;
        return isPlain ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString() : Double.toString(value);
    }
}
