package com.datashop.gateway.metrics;

import java.util.function.DoubleSupplier;

/// A counter that someone else keeps, for example the kernel's count of CPU seconds. It is read at each scrape.
public final class ReadCounter extends Metric {
    private final DoubleSupplier total;

    /// @param total reads the number, which never falls; NaN leaves the sample out. The scraping thread calls it, so it
    ///     must return at once. An exception from it fails the scrape.
    public ReadCounter(DoubleSupplier total) {
        this.total = total;
    }

    @Override
    Kind kind() {
        return Kind.COUNTER;
    }

    @Override
    void writeTo(Exposition out, String name) {
        out.sample(name, "", total.getAsDouble());
    }
}
