package com.datashop.gateway.bench;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/// Numbers as the tables show them.
final class Numbers {
    private Numbers() { }

    /// The one in the middle; of an even number the mean of the two there.
    static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /// Three digits, more only where a number is whole anyway: `0.43`, `12.6`, `118`, `1,340`, `125 k`, `1.09 M`.
    static String text(double value) {
        if (Double.isNaN(value)) return "-";
        double size = Math.abs(value);
        if (size >= 999_500) return digits(value / 1e6) + " M";
        if (size >= 9_999.5) return digits(value / 1e3) + " k";
        return digits(value);
    }

    /// A number as it is, without zeros at its end.
    static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static String digits(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : size >= 0.0995 || size == 0
                ? "%.2f" : "%.3f", value);
    }
}
