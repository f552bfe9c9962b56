package com.datashop.gateway.metrics;

import java.util.function.ToDoubleFunction;

/// One gauge for each constant of an enum, for example the memory in use by area.
///
/// Labels are as in a [CounterFamily].
///
/// @param <E> the enum whose constants are the values of the label
public final class GaugeFamily<E extends Enum<E>> extends Metric {
    private final Labels<E> labels;
    private final ToDoubleFunction<E> value;

    /// @param label the label's name, for example `area`
    /// @param value reads one number, on the terms of a [Gauge]; NaN leaves out that one sample
    /// @throws IllegalArgumentException when it is not a label name, or two constants are the same in kebab case
    public GaugeFamily(String label, Class<E> values, ToDoubleFunction<E> value) {
        labels = new Labels<>(label, values);
        this.value = value;
    }

    @Override
    Kind kind() {
        return Kind.GAUGE;
    }

    @Override
    void writeTo(Exposition out, String name) {
        for (int i = 0; i < labels.size(); i++)
            out.sample(name, labels.text(i), value.applyAsDouble(labels.constant(i)));
    }
}
