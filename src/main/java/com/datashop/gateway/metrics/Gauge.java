package com.datashop.gateway.metrics;

import java.util.function.DoubleSupplier;

/// A number that rises and falls, for example the open connections. It is read at each scrape, so nobody has to keep
/// it.
public final class Gauge extends Metric {
    private final DoubleSupplier value;

    /// @param value reads the number; NaN leaves the sample out. The scraping thread calls it, so it must return at
    ///     once. An exception from it fails the scrape.
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
