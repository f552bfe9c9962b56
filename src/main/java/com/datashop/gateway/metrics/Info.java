package com.datashop.gateway.metrics;

import java.util.Map;
import java.util.StringJoiner;

/// A gauge that is always 1. Its labels are constants of this process, for example the version.
///
/// No other metric has strings as labels. So it is not public: [JvmMetrics] makes the only one.
final class Info extends Metric {
    private final String labels;

    /// @param labels the values by name, in the order in which to write them
    Info(Map<String, String> labels) {
        var pairs = new StringJoiner(",", "{", "}");
        for (var label : labels.entrySet()) {
            Names.checkLabel(label.getKey());
            pairs.add(Labels.pair(label.getKey(), label.getValue()));
        }
        this.labels = pairs.toString();
    }

    @Override
    Kind kind() {
        return Kind.INFO;
    }

    @Override
    void writeTo(Exposition out, String name) {
        out.sample(name, labels, 1);
    }
}
