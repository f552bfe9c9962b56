package com.datashop.gateway.metrics;

import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonValue;
import java.util.LinkedHashMap;

/// One counter for each pair of constants of two enums, for example the requests by dialect and outcome.
///
/// Labels are as in a [CounterFamily]. There is one series for each pair, from the start to the end of the process.
///
/// @param <R> the enum whose constants are the values of the first label
/// @param <C> the enum whose constants are the values of the second label
public final class CounterTable<R extends Enum<R>, C extends Enum<C>> extends Metric {
    private final Labels<R> rows;
    private final Labels<C> columns;
    private final Counter[] counters;

    /// @param row the first label's name, for example `dialect`
    /// @param column the second label's name, for example `outcome`
    /// @throws IllegalArgumentException when one is not a label name, or two constants are the same in kebab case
    public CounterTable(String row, Class<R> rows, String column, Class<C> columns) {
        this.rows = new Labels<>(row, rows);
        this.columns = new Labels<>(column, columns);
        counters = new Counter[this.rows.size() * this.columns.size()];
        for (int i = 0; i < counters.length; i++) counters[i] = new Counter();
    }

    /// The counter of this pair. It is always the same one.
    public Counter of(R row, C column) {
        return counters[row.ordinal() * columns.size() + column.ordinal()];
    }

    /// The values as an object with a member for each value of the first label, and in it one for each of the second.
    public JsonObject json() {
        var table = new LinkedHashMap<String, JsonValue>();
        for (int row = 0; row < rows.size(); row++) {
            var values = new LinkedHashMap<String, JsonValue>();
            for (int column = 0; column < columns.size(); column++)
                values.put(Labels.kebab(columns.constant(column)),
                        new JsonNumber(Long.toString(counters[row * columns.size() + column].value())));
            table.put(Labels.kebab(rows.constant(row)), new JsonObject(values));
        }
        return new JsonObject(table);
    }

    @Override
    Kind kind() {
        return Kind.COUNTER;
    }

    @Override
    void writeTo(Exposition out, String name) {
        for (int i = 0; i < counters.length; i++) {
            String row = rows.text(i / columns.size());
            String column = columns.text(i % columns.size());
            String both = row.substring(0, row.length() - 1) + "," + column.substring(1);
            out.sample(name, both, counters[i].value());
        }
    }
}
