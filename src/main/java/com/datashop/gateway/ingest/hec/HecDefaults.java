package com.datashop.gateway.ingest.hec;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Shipment;
import com.datashop.gateway.json.JsonWriter;
import java.util.List;

/// The values that the query gives for all events of a request.
///
/// @param values JSON strings in the order of [#NAMES]; null where the query has none
record HecDefaults(byte[][] values) {
    /// The members beside `event` that describe it.
    static final List<String> NAMES = List.of("host", "source", "sourcetype", "index");

    static HecDefaults of(Shipment shipment) throws Declined {
        var values = new byte[NAMES.size()][];
        for (int i = 0; i < values.length; i++) {
            var value = shipment.parameter(NAMES.get(i));
            if (value.isPresent()) values[i] = new JsonWriter().value(value.get()).toBytes();
        }
        return new HecDefaults(values);
    }
}
