package com.datashop.gateway.metrics;

import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonValue;
import java.util.LinkedHashMap;

/// One counter for each pair of constants of two enums, as the requests of each protocol by what became of them.
///
/// Labels are as in a [CounterFamily]. There are as many series as pairs, from the start and for good.
///
/// @param <R> what is told apart first
/// @param <C> what is told apart then
public final class CounterTable<R extends Enum<R>, C extends Enum<C>> extends Metric {
    private final Labels<R> rows;
    private final Labels<C> columns;
    private final Counter[] counters;

    /// @param row the first label's name, as `dialect`
    /// @param column the second label's name, as `outcome`
    /// @throws IllegalArgumentException when one is no label name, or two constants read the same in kebab case
    public CounterTable(String row, Class<R> rows, String column, Class<C> columns) {
        this.rows = new Labels<>(row, rows);
        this.columns = new Labels<>(column, columns);
        counters = new Counter[this.rows.size() * this.columns.size()];
        for (int i = 0; i < counters.length; i++) counters[i] = new Counter();
    }

    /// The counter of this pair: always the same one.
    public Counter of(R row, C column) {
        return counters[row.ordinal() * columns.size() + column.ordinal()];
    }

    /// The counts, by the first label and then by the second.
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
