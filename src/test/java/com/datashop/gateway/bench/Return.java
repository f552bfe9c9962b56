package com.datashop.gateway.bench;

import com.datashop.gateway.support.Await;
import java.time.Duration;

/// The connections of all clients end, by FIN or by a reset, and all clients come back at once, to the same gateway.
record Return() implements Workload {
    private static final int CHANNELS = 100;
    private static final int EVENTS_BEFORE = 20;
    /// As many as the gateway's backlog lets wait.
    private static final int AT_ONCE = 2000;
    /// Longer than two heartbeats. Then each stream has been written to twice.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "return";
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        int streams = OpenFiles.streams(plan.streams()) / CHANNELS * CHANNELS;
        var gateway = GatewayTarget.start(setup);
        return new Loaded(this, gateway,
                _ -> new Stage(gateway, CHANNELS, 1, streams / CHANNELS, plan.dataBytes()), plan, into) {
            @Override
            public void warmUp() {
                for (int i = 0; i < EVENTS_BEFORE; i++) stage.once();
                stage.drained(Stage.QUIET_SECONDS);
            }

            /// Nothing is published meanwhile: an event would show the gateway who has left.
            @Override
            public void run() {
                round(false, Figure.RETURN, Figure.RETURN_FREED, Figure.RETURN_HEALTH);
                round(true, Figure.RETURN_FIN, Figure.RETURN_FIN_FREED, Figure.RETURN_FIN_HEALTH);
            }

            private void round(boolean politely, Figure in, Figure freed, Figure health) {
                try (var probe = Probe.start(gateway)) {
                    long began = System.nanoTime();
                    into.take(in, stage.resume(gateway, AT_ONCE, 0, politely) / 1e9);
                    Await.until(() -> gateway.streams() + " streams", PATIENCE, () -> gateway.streams() <= streams);
                    into.take(freed, (System.nanoTime() - began) / 1e9);
                    into.take(health, probe.latencies().max() / 1e6);
                }
                stage.once();
                if (!stage.drained(Stage.QUIET_SECONDS)) into.remark(name() + ": not everything came back");
            }
        };
    }
}
