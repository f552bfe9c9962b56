package com.datashop.gateway.metrics;

import java.util.function.ToDoubleFunction;

/// One gauge for each constant of an enum, as the memory used by its area.
///
/// Labels are as in a [CounterFamily].
///
/// @param <E> what is told apart
public final class GaugeFamily<E extends Enum<E>> extends Metric {
    private final Labels<E> labels;
    private final ToDoubleFunction<E> value;

    /// @param label the label's name, as `area`
    /// @param value reads one, under the same terms as in a [Gauge]; NaN leaves out that sample alone
    /// @throws IllegalArgumentException when that is no label name, or two constants read the same in kebab case
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
        for (int i = 0; i < labels.size(); i++) out.sample(name, labels.text(i), value.applyAsDouble(labels.constant(i)));
    }
}
