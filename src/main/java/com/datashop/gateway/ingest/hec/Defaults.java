package com.datashop.gateway.ingest.hec;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Shipment;
import com.datashop.gateway.json.JsonWriter;
import java.util.List;

/// The values that the address gives for all events of a request.
///
/// @param values JSON strings in the order of [#NAMES]; null where the address says nothing
record Defaults(byte[][] values) {
    /// The members that stand beside an event.
    static final List<String> NAMES = List.of("host", "source", "sourcetype", "index");

    static Defaults of(Shipment shipment) throws Declined {
        var values = new byte[NAMES.size()][];
        for (int i = 0; i < values.length; i++) {
            var value = shipment.parameter(NAMES.get(i));
            if (value.isPresent()) values[i] = new JsonWriter().value(value.get()).toBytes();
        }
        return new Defaults(values);
    }
}
