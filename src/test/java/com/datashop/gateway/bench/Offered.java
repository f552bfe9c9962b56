package com.datashop.gateway.bench;

/// A hundred events a second to many subscribers: how late they come, what they cost, and how long a publisher waits.
record Offered() implements Workload {
    private static final double RATE = 100;
    static final int PUBLISHERS = 4;
    static final double LEAD = 0.5;

    @Override
    public String name() {
        return "fanout-100";
    }

    @Override
    public void measure(Contender contender, Setup setup, Plan plan, Readings into) {
        try (var target = contender.start(setup); var stage = new Stage(target, 1, PUBLISHERS, plan.subscribers(), plan.dataBytes())) {
            stage.pace(PUBLISHERS, RATE, 0, plan.warmUp());
            stage.drained(5);
            for (int run = 0; run < plan.runs(); run++) {
                long before = stage.audience().received();
                double cpu = target.cost().cpuSeconds();
                var publishing = stage.pace(PUBLISHERS, RATE, LEAD, plan.seconds());
                if (!publishing.kept() || !stage.drained(5)) {
                    into.remark(name() + ": falls behind");
                    break;
                }
                var latencies = stage.audience().latencies();
                into.take(Figure.OFFERED_P50, latencies.millis(0.5));
                into.take(Figure.OFFERED_P99, latencies.millis(0.99));
                into.take(Figure.OFFERED_CPU, (target.cost().cpuSeconds() - cpu) * 1e6 / (stage.audience().received() - before));
                into.take(Figure.OFFERED_PUBLISH, publishing.latencies().millis(0.99));
            }
            into.check(name(), stage.audience().audit(stage.published()));
        }
    }
}
