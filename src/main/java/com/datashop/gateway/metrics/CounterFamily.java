package com.datashop.gateway.metrics;

import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonValue;
import java.util.LinkedHashMap;

/// One counter for each constant of an enum, as the streams that ended by their reason.
///
/// The label's value is the constant's name in kebab case: `CLIENT_GONE` is `client-gone`. There are as many series as constants, from
/// the start and for good; there is no other way to a label.
///
/// @param <E> what is told apart
public final class CounterFamily<E extends Enum<E>> extends Metric {
    private final Labels<E> labels;
    private final Counter[] counters;

    /// @param label the label's name, as `reason`
    /// @throws IllegalArgumentException when that is no label name, or two constants read the same in kebab case
    public CounterFamily(String label, Class<E> values) {
        labels = new Labels<>(label, values);
        counters = new Counter[labels.size()];
        for (int i = 0; i < counters.length; i++) counters[i] = new Counter();
    }

    /// The counter of one constant: always the same one.
    public Counter of(E value) {
        return counters[value.ordinal()];
    }

    /// How they stand: each counter under the name that is its label.
    public JsonObject json() {
        var values = new LinkedHashMap<String, JsonValue>();
        for (int i = 0; i < counters.length; i++) values.put(Labels.kebab(labels.constant(i)), new JsonNumber(Long.toString(counters[i].value())));
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
