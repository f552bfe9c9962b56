package com.datashop.gateway.bench;

/// A hundred events a second from the start of a process on: how late they come twenty seconds later.
///
/// A JVM has compiled little by then. With `--jvm -XX:AOTCache=FILE` it shows what the cache of `scripts/train` gains.
record FirstMinute() implements Workload {
    /// The time that passes before an event is timed, as a multiple of the time of a run.
    private static final double LEAD = 5;

    @Override
    public String name() {
        return "first-minute";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender == Contender.GATEWAY || contender == Contender.NCHAN_2;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        return new Session() {
            @Override
            public void run() {
                try (var target = contender.start(setup);
                        var stage = new Stage(target, 1, Offered.PUBLISHERS, plan.subscribers(), plan.dataBytes())) {
                    double before = target.cost().cpuSeconds();
                    var publishing = stage.pace(Offered.PUBLISHERS, Offered.RATE, LEAD * plan.seconds(),
                            plan.seconds());
                    if (!stage.drained(Stage.QUIET_SECONDS) || !publishing.kept())
                        into.remark(name() + ": falls behind");
                    var latencies = stage.audience().latencies();
                    into.take(Figure.COLD_P50, latencies.millis(0.5));
                    into.take(Figure.COLD_P99, latencies.millis(0.99));
                    into.take(Figure.COLD_PUBLISH, publishing.latencies().millis(0.99));
                    into.take(Figure.COLD_CPU, target.cost().cpuSeconds() - before);
                    into.check(name(), stage.audience().audit(stage.published()));
                }
            }
        };
    }
}
