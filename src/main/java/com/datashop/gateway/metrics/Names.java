package com.datashop.gateway.metrics;

import java.util.List;
import java.util.Set;

/// Checks names against the rules and the conventions of Prometheus.
final class Names {
    /// Endings that have a meaning: those of a counter, of a histogram's series, and of an info.
    private static final List<String> RESERVED = List.of("_total", "_count", "_sum", "_bucket", "_info");
    /// Words that name a unit other than the base units. Base units are seconds, bytes, and ratios from 0 to 1.
    private static final Set<String> OTHER_UNITS = Set.of("milliseconds", "millis", "ms", "microseconds", "micros",
            "us", "nanoseconds", "nanos", "ns", "minutes", "hours", "days", "bits", "kilobytes", "kb", "megabytes",
            "mb", "gigabytes", "gb", "kib", "mib", "gib", "percent");
    /// The labels that Prometheus itself writes.
    private static final Set<String> TAKEN_LABELS = Set.of("le", "quantile", "job", "instance");

    private Names() { }

    /// Checks a metric's name against the data model, and against the convention for its kind.
    ///
    /// @throws IllegalArgumentException when one of them does not hold
    static void check(String name, Metric.Kind kind) {
        if (!isName(name, true))
            throw new IllegalArgumentException("'" + name + "' is no metric name: [a-zA-Z_:][a-zA-Z0-9_:]*");
        for (var word : name.split("_"))
            if (OTHER_UNITS.contains(word)) throw new IllegalArgumentException(name + " is not in base units: " + word);
        var ending = kind.ending();
        if (!name.endsWith(ending) || name.length() == ending.length())
            throw new IllegalArgumentException(name + " must end in " + ending);
        for (var reserved : RESERVED)
            if (name.endsWith(reserved) && !reserved.equals(ending))
                throw new IllegalArgumentException(name + " is a " + kind.type() + " and must not end in " + reserved);
    }

    /// Checks the name of a label.
    ///
    /// @throws IllegalArgumentException when it is not a label name, or Prometheus itself uses it
    static void checkLabel(String name) {
        if (!isName(name, false) || name.startsWith("__"))
            throw new IllegalArgumentException(
                    "'" + name + "' is no label name: [a-zA-Z_][a-zA-Z0-9_]*, not beginning with __");
        if (TAKEN_LABELS.contains(name))
            throw new IllegalArgumentException("the label " + name + " is Prometheus's own");
    }

    private static boolean isName(String name, boolean colons) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || colons && c == ':';
            if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
        }
        return !name.isEmpty();
    }
}
