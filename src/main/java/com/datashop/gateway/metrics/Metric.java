package com.datashop.gateway.metrics;

/// Something that a [Registry] can be asked to write.
///
/// Each kind writes itself. A `switch` over them reads as well, but its bootstrap took 6 ms of the gateway's start.
public abstract sealed class Metric
        permits Counter, CounterFamily, CounterTable, ReadCounter, Gauge, GaugeFamily, Histogram, Info {
    Metric() { }

    abstract Kind kind();

    /// Reads what there is to read, and writes it as samples of that name.
    abstract void writeTo(Exposition out, String name);

    /// What a metric is to Prometheus, and what its name must end in to say so.
    enum Kind {
        COUNTER("counter", "_total"),
        GAUGE("gauge", ""),
        HISTOGRAM("histogram", "_seconds"),
        /// The text format has no word of its own for it.
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
