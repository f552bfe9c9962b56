package com.datashop.gateway.metrics;

/// Something that a [Registry] writes.
///
/// Each kind writes itself. A `switch` over them reads as well, but its bootstrap took 6 ms of the gateway's start.
public abstract sealed class Metric
        permits Counter, CounterFamily, CounterTable, ReadCounter, Gauge, GaugeFamily, Histogram, Info {
    Metric() { }

    abstract Kind kind();

    /// Reads the metric, and writes it as samples of that name.
    abstract void writeTo(Exposition out, String name);

    /// The kinds of metrics: each with its Prometheus type and the ending that its name must have.
    enum Kind {
        COUNTER("counter", "_total"),
        GAUGE("gauge", ""),
        HISTOGRAM("histogram", "_seconds"),
        /// A constant. The text format has no type of its own for it.
        INFO("gauge", "_info");

        private final String type;
        private final String ending;

        Kind(String type, String ending) {
            this.type = type;
            this.ending = ending;
        }

        String type() {
            return type;
        }

        String ending() {
            return ending;
        }
    }
}
