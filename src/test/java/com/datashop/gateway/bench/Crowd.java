package com.datashop.gateway.bench;

import java.util.List;

/// Ten thousand subscribers of one channel, at more and more events a second.
///
/// It times when an event has reached them, and how soon anybody else gets an answer meanwhile.
record Crowd() implements Workload {
    static final int PUBLISHERS = 4;
    /// The time at the beginning that is not measured, in seconds.
    private static final double LEAD = 1;
    /// The rate of the last part of the warm-up, in events a second.
    private static final double WARM_UP_RATE = 40;
    /// As many events on their way to a subscriber while it is warmed up.
    private static final long WINDOW = 50;

    /// A rate that is offered, and where its readings go.
    ///
    /// @param events a second
    private record Step(double events, Figure p50, Figure p99, Figure publish, Figure health) { }

    private static final List<Step> STEPS = List.of(
            new Step(10, Figure.CROWD_10_P50, Figure.CROWD_10_P99, Figure.CROWD_10_PUBLISH, Figure.CROWD_10_HEALTH),
            new Step(20, Figure.CROWD_20_P50, Figure.CROWD_20_P99, Figure.CROWD_20_PUBLISH, Figure.CROWD_20_HEALTH),
            new Step(40, Figure.CROWD_40_P50, Figure.CROWD_40_P99, Figure.CROWD_40_PUBLISH, Figure.CROWD_40_HEALTH),
            new Step(80, Figure.CROWD_80_P50, Figure.CROWD_80_P99, Figure.CROWD_80_PUBLISH, Figure.CROWD_80_HEALTH));

    @Override
    public String name() {
        return "ten-thousand";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender != Contender.PUSHPIN; // which ends streams at one event to as many
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        int streams = OpenFiles.streams(plan.streams(), contender);
        return new Loaded(this, contender.start(setup),
                target -> new Stage(target, 1, PUBLISHERS, streams, plan.dataBytes()), plan, into) {
            /// At full speed before, to nobody and to all, as with a hundred events a second.
            @Override
            public void warmUp() {
                try (var nobody = new Stage(target, 1, PUBLISHERS, 0, plan.dataBytes())) {
                    nobody.flood(PUBLISHERS, 1, Stage.NO_WINDOW, plan.warmUp());
                }
                stage.flood(PUBLISHERS, 1, WINDOW, plan.warmUp());
                stage.drained(Stage.QUIET_SECONDS);
                stage.pace(PUBLISHERS, WARM_UP_RATE, 0, plan.warmUp());
                stage.drained(Stage.QUIET_SECONDS);
            }

            @Override
            public void run() {
                for (var step : STEPS) if (!keepsUp(step)) return; // It would fall behind at the next one too.
            }

            private boolean keepsUp(Step step) {
                var books = books();
                try (var probe = Probe.start(target)) {
                    var publishing = stage.pace(PUBLISHERS, step.events(), LEAD, plan.seconds());
                    var health = probe.latencies();
                    if (health.count() > 0) into.take(step.health(), health.millis(0.99));
                    boolean kept = publishing.kept();
                    if (!stage.drained(Stage.QUIET_SECONDS) || !kept)
                        into.remark(name() + ", " + Math.round(step.events()) + " events/s offered: falls behind ("
                                + Numbers.text(publishing.eventsPerSecond()) + "/s)");
                    var latencies = stage.audience().latencies();
                    into.take(step.p50(), latencies.millis(0.5));
                    into.take(step.p99(), latencies.millis(0.99));
                    into.take(step.publish(), publishing.latencies().millis(0.99));
                    into.trace(Math.round(step.events()) + "/s: " + text(latencies) + "; publish "
                            + text(publishing.latencies()) + "; health " + text(health) + "; "
                            + Numbers.text(books.cpuMicrosPerDelivery()) + " µs a delivery");
                    return kept;
                }
            }
        };
    }

    private static String text(Latencies latencies) {
        return "p50 " + Numbers.text(latencies.millis(0.5)) + ", p99 " + Numbers.text(latencies.millis(0.99)) + " ms";
    }
}
