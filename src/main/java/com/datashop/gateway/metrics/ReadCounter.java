package com.datashop.gateway.metrics;

import java.util.function.DoubleSupplier;

/// A counter that someone else keeps, as the kernel the CPU seconds: read when it is asked for.
public final class ReadCounter extends Metric {
    private final DoubleSupplier total;

    /// @param total reads it, never less than before; NaN when it is not known here: then the sample is left out. It is called on the
    ///              scraping thread and has to return at once; what it throws fails the scrape
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
