package com.datashop.gateway.bench;

/// One channel, many subscribers, one publisher that sends the next event when the last one is answered.
record FanOut() implements Workload {
    /// So many events may be on their way: a quarter of a channel's history, so that none is lost for being outrun by the publisher.
    private static final int WINDOW = 250;

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public void measure(Contender contender, Setup setup, Plan plan, Readings into) {
        try (var target = contender.start(setup); var stage = new Stage(target, 1, 1, plan.subscribers(), plan.dataBytes())) {
            stage.flood(1, 1, WINDOW, Plan.nanoseconds(plan.warmUp()));
            stage.drained(5);
            for (int run = 0; run < plan.runs(); run++) {
                long before = stage.audience().received();
                double cpu = target.cost().cpuSeconds();
                long start = System.nanoTime();
                stage.flood(1, 1, WINDOW, plan.nanoseconds());
                stage.drained(5);
                long deliveries = stage.audience().received() - before;
                into.take(Figure.FAN_OUT, deliveries * 1e9 / (stage.audience().lastReadAt() - start));
                into.take(Figure.FAN_OUT_CPU, (target.cost().cpuSeconds() - cpu) * 1e6 / deliveries);
            }
            into.check(name(), stage.audience().audit(stage.published()));
        }
    }
}
