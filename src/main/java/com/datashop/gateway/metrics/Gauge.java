package com.datashop.gateway.metrics;

import java.util.function.DoubleSupplier;

/// A number that rises and falls, as the connections: read when it is asked for, so that nobody has to keep it.
public final class Gauge extends Metric {
    private final DoubleSupplier value;

    /// @param value reads it; NaN when it is not known here: then the sample is left out. It is called on the scraping thread and has to
    ///              return at once; what it throws fails the scrape
    public Gauge(DoubleSupplier value) {
        this.value = value;
    }

    @Override
    Kind kind() {
        return Kind.GAUGE;
    }

    @Override
    void writeTo(Exposition out, String name) {
        out.sample(name, "", value.getAsDouble());
    }
}
