package com.datashop.gateway.metrics;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// Every metric of the process by its name, in the order of declaration.
///
/// Metrics are declared at the start. Any thread may read them. A reading takes no lock, so a gauge may take one.
public final class Registry {
    /// The `Content-Type` of what [#writeTo] writes.
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final List<Declaration> declarations = new CopyOnWriteArrayList<>();
    private final Set<String> taken = new HashSet<>();

    /// Gives a metric its name.
    ///
    /// @param name a Prometheus metric name in base units; a counter's ends in `_total`, a histogram's in `_seconds`
    /// @param help one sentence; any characters
    /// @return the metric
    /// @throws IllegalArgumentException when the name breaks a rule or is taken, or there is no help
    public synchronized <M extends Metric> M declare(String name, String help, M metric) {
        var declaration = new Declaration(name, help, metric);
        // A name that a histogram's series adds needs no check: no name of another kind may end as they do.
        if (!taken.add(name)) throw new IllegalArgumentException(name + " is declared already");
        declarations.add(declaration);
        return metric;
    }

    /// Reads every metric and writes it in the Prometheus text format 0.0.4.
    ///
    /// Each sample is read once, one after the other. So a histogram is consistent in itself, but two metrics may be of
    /// different moments. When a gauge throws, this throws too, and `out` holds what was written before.
    public void writeTo(StringBuilder out) {
        var exposition = new Exposition(out);
        for (var declaration : declarations) exposition.write(declaration);
    }

    /// A metric with its name and its help.
    record Declaration(String name, String help, Metric metric) {
        Declaration {
            Names.check(name, metric.kind());
            if (help.isBlank()) throw new IllegalArgumentException(name + " has no help");
        }
    }
}
