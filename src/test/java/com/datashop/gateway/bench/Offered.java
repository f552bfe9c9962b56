package com.datashop.gateway.bench;

/// A hundred events a second to many subscribers: how late they come, what they cost, and how long a publisher waits.
record Offered() implements Workload {
    static final double RATE = 100;
    static final int PUBLISHERS = 4;
    /// The time at the beginning that is not measured, in seconds.
    static final double LEAD = 0.5;

    @Override
    public String name() {
        return "fanout-100";
    }

    @Override
    public boolean suits(Contender contender) {
        return true;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        return new Loaded(this, contender.start(setup),
                target -> new Stage(target, 1, PUBLISHERS, plan.subscribers(), plan.dataBytes()), plan, into) {
            /// At full speed before, to nobody and to all: with a hundred publishes a second it takes a JVM minutes
            /// until what they run through is compiled.
            @Override
            public void warmUp() {
                try (var nobody = new Stage(target, 1, PUBLISHERS, 0, plan.dataBytes())) {
                    nobody.flood(PUBLISHERS, 1, Stage.NO_WINDOW, plan.warmUp());
                }
                stage.flood(PUBLISHERS, 1, FanOut.WINDOW, plan.warmUp());
                stage.drained(Stage.QUIET_SECONDS);
                stage.pace(PUBLISHERS, RATE, 0, plan.warmUp());
                stage.drained(Stage.QUIET_SECONDS);
            }

            @Override
            public void run() {
                var books = books();
                var publishing = stage.pace(PUBLISHERS, RATE, LEAD, plan.seconds());
                if (!stage.drained(Stage.QUIET_SECONDS) || !publishing.kept()) {
                    into.remark(name() + ": falls behind");
                    return;
                }
                var latencies = stage.audience().latencies();
                into.take(Figure.OFFERED_P50, latencies.millis(0.5));
                into.take(Figure.OFFERED_P99, latencies.millis(0.99));
                into.take(Figure.OFFERED_CPU, books.cpuMicrosPerDelivery());
                into.take(Figure.OFFERED_PUBLISH, publishing.latencies().millis(0.99));
                into.take(Figure.OFFERED_PAUSES, books.pausesPercent());
            }
        };
    }
}
