package com.datashop.gateway.metrics;

import java.util.Map;
import java.util.StringJoiner;

/// A gauge that is always 1 and carries constants of this process as labels, as its version.
///
/// It is the one place where a label is a string, and so not public: [JvmMetrics] makes the only one.
final class Info extends Metric {
    private final String labels;

    /// @param labels by their names, in the order to write them in
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
