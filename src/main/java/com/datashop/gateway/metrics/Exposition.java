package com.datashop.gateway.metrics;

import java.math.BigDecimal;

/// Writes metrics in the Prometheus text format 0.0.4.
///
/// A metric is its `HELP` and `TYPE` line and its samples; one that has no sample to show is not there at all.
final class Exposition {
    /// Beyond these a number is written with an exponent.
    private static final double SMALL = 1e-9;
    private static final double LARGE = 1e15;

    private final StringBuilder out;

    Exposition(StringBuilder out) {
        this.out = out;
    }

    void write(Registry.Declaration declaration) {
        var name = declaration.name();
        int start = out.length();
        out.append("# HELP ").append(name).append(' ').append(declaration.help().replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(declaration.metric().kind().type()).append('\n');
        int head = out.length();
        declaration.metric().writeTo(this, name);
        if (out.length() == head) out.setLength(start);
    }

    /// @param labels in braces, or empty
    /// @param value NaN for none: then there is no sample
    void sample(String name, String labels, double value) {
        if (!Double.isNaN(value)) line(name, labels, number(value));
    }

    void sample(String name, String labels, long value) {
        line(name, labels, Long.toString(value));
    }

    private void line(String name, String labels, String value) {
        out.append(name).append(labels).append(' ').append(value).append('\n');
    }

    /// As Go's `ParseFloat` reads it; without an exponent where people can still read that.
    static String number(double value) {
        if (Double.isInfinite(value)) return value > 0 ? "+Inf" : "-Inf";
        double size = Math.abs(value);
        if (size < LARGE && value == (long) value) return Long.toString((long) value);
        return size >= SMALL && size < LARGE ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString() : Double.toString(value);
    }
}
