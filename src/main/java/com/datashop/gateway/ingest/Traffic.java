package com.datashop.gateway.ingest;

import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.metrics.CounterTable;
import com.datashop.gateway.metrics.Registry;

/// Counts what shippers send, by protocol and outcome.
public final class Traffic {
    /// The outcome of a record whose request was read.
    private enum Fate { STORED, REJECTED }

    private final CounterTable<Protocol, RequestOutcome> requests =
            new CounterTable<>("dialect", Protocol.class, "outcome", RequestOutcome.class);
    private final CounterTable<Protocol, Fate> records =
            new CounterTable<>("dialect", Protocol.class, "outcome", Fate.class);

    /// Gives the counters their names.
    public void declare(Registry registry) {
        registry.declare("gateway_ingest_requests_total", "Requests of log shippers, by dialect and outcome.",
                requests);
        registry.declare("gateway_ingest_records_total",
                "Records of shippers' requests that were answered, by dialect and outcome.", records);
    }

    /// Writes the counts as a member of an object.
    public void writeTo(JsonWriter out) {
        out.name("ingest").beginObject().member("requests", requests.json()).member("records", records.json())
                .endObject();
    }

    /// Counts a request, or a batch of a long one, whose good records are stored.
    public void countTaken(Protocol protocol, long stored, long rejected) {
        requests.of(protocol, rejected == 0 ? RequestOutcome.ACCEPTED : RequestOutcome.PARTIAL).increment();
        records.of(protocol, Fate.STORED).add(stored);
        records.of(protocol, Fate.REJECTED).add(rejected);
    }

    /// Counts a request that was refused with this HTTP status.
    public void countRefused(Protocol protocol, int status) {
        requests.of(protocol, RequestOutcome.ofStatus(status)).increment();
    }
}
