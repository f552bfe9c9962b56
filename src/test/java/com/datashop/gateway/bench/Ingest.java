package com.datashop.gateway.bench;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Gateway;
import java.util.List;
import java.util.stream.IntStream;

/// Sixteen log shippers at full speed with a channel each, in batches of 100, protocol by protocol. Nobody reads.
///
/// A record is in history when its request is answered. The gateway's own count is compared with the sender's.
record Ingest() implements Workload {
    private static final int SHIPPERS = 16;
    private static final int BATCH = 100;
    /// The bytes of a record beside its message, in the form that the gateway stores.
    private static final int MEMBERS = 29;

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        var target = GatewayTarget.start(setup);
        return new Session() {
            private long sent;

            @Override
            public void warmUp() {
                for (var shipper : Shipper.values()) ship(shipper, plan.warmUp());
            }

            @Override
            public void run() {
                for (var shipper : Shipper.values()) into.take(shipper.figure(), ship(shipper, plan.seconds()));
            }

            private double ship(Shipper shipper, double seconds) {
                String words = "rows loaded from the table orders into the warehouse without a warning; ";
                String message = words.repeat(plan.dataBytes() / words.length() + 1)
                        .substring(0, plan.dataBytes() - MEMBERS);
                var rounds = IntStream.range(0, SHIPPERS)
                        .mapToObj(n -> List.of(shipper.request("c" + n, BATCH, message))).toList();
                var publishing = ClosedLoop.run(target.publishPort(), rounds, new Published(0), _ -> true,
                        Plan.nanoseconds(seconds));
                if (publishing.refused() > 0)
                    into.remark(name() + ": " + publishing.refused() + " requests of " + shipper + " refused");
                sent += publishing.events();
                return publishing.eventsPerSecond();
            }

            @Override
            public void close() {
                try (target) {
                    long stored = Gateway.number((JsonObject) Gateway
                            .json(target.client().get("/health")).get("stats"), "logsPublished");
                    if (stored != sent) into.remark(name() + ": " + sent + " records sent, " + stored + " stored");
                }
            }
        };
    }
}
