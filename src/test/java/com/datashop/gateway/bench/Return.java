package com.datashop.gateway.bench;

import com.datashop.gateway.support.Await;
import java.time.Duration;

/// The connections of all clients are reset, and all clients come back at once, to the same gateway.
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
    public boolean suits(Contender contender) {
        return contender == Contender.GATEWAY;
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
                long began = System.nanoTime();
                into.take(Figure.RETURN, stage.resume(gateway, AT_ONCE, 0) / 1e9);
                Await.until(() -> gateway.streams() + " streams", PATIENCE, () -> gateway.streams() <= streams);
                into.take(Figure.RETURN_FREED, (System.nanoTime() - began) / 1e9);
                stage.once();
                if (!stage.drained(Stage.QUIET_SECONDS)) into.remark(name() + ": not everything came back");
            }
        };
    }
}
