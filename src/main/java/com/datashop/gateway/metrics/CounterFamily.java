package com.datashop.gateway.metrics;

import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonValue;
import java.util.LinkedHashMap;

/// One counter for each constant of an enum, for example the streams that ended by reason.
///
/// The label's value is the constant's name in kebab case: `CLIENT_GONE` is `client-gone`. There is one series for each
/// constant, from the start to the end of the process. There is no other way to make a label.
///
/// @param <E> the enum whose constants are the values of the label
public final class CounterFamily<E extends Enum<E>> extends Metric {
    private final Labels<E> labels;
    private final Counter[] counters;

    /// @param label the label's name, for example `reason`
    /// @throws IllegalArgumentException when it is not a label name, or two constants are the same in kebab case
    public CounterFamily(String label, Class<E> values) {
        labels = new Labels<>(label, values);
        counters = new Counter[labels.size()];
        for (int i = 0; i < counters.length; i++) counters[i] = new Counter();
    }

    /// The counter of this constant. It is always the same one.
    public Counter of(E value) {
        return counters[value.ordinal()];
    }

    /// The values as an object. Each member is named as the label's value.
    public JsonObject json() {
        var values = new LinkedHashMap<String, JsonValue>();
        for (int i = 0; i < counters.length; i++) {
            var value = new JsonNumber(Long.toString(counters[i].value()));
            values.put(Labels.kebab(labels.constant(i)), value);
        }
        return new JsonObject(values);
    }

    @Override
    Kind kind() {
        return Kind.COUNTER;
    }

    @Override
    void writeTo(Exposition out, String name) {
        for (int i = 0; i < counters.length; i++) out.sample(name, labels.text(i), counters[i].value());
    }
}
