package com.datashop.gateway.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The measurements of one contender: each figure as often as it was taken, and the faults.
final class Readings {
    private final Map<Figure, List<Double>> taken = new EnumMap<>(Figure.class);
    private final Set<String> remarks = new LinkedHashSet<>();
    private final Consumer<String> trace;

    /// @param trace told how it goes
    Readings(Consumer<String> trace) {
        this.trace = trace;
    }

    /// Takes a reading; NaN is none, and neither is what came of dividing by none.
    void take(Figure figure, double value) {
        if (Double.isFinite(value)) taken.computeIfAbsent(figure, _ -> new ArrayList<>()).add(value);
    }

    void remark(String remark) {
        remarks.add(remark);
    }

    /// Remarks what was wrong with what subscribers had, if anything was.
    void check(String workload, Tally tally) {
        if (!tally.isClean()) remark(workload + ": " + tally.faults());
    }

    /// Tells whoever watches how it goes.
    void trace(String line) {
        trace.accept(line);
    }

    boolean has(Figure figure) {
        return taken.containsKey(figure);
    }

    double median(Figure figure) {
        return Numbers.median(taken.get(figure));
    }

    double min(Figure figure) {
        return taken.get(figure).stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    }

    double max(Figure figure) {
        return taken.get(figure).stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    List<Double> all(Figure figure) {
        return taken.getOrDefault(figure, List.of());
    }

    Set<Figure> figures() {
        return taken.keySet();
    }

    Set<String> remarks() {
        return remarks;
    }

    void addAll(Readings other) {
        other.taken.forEach((figure, values) -> values.forEach(value -> take(figure, value)));
        remarks.addAll(other.remarks);
    }
}
