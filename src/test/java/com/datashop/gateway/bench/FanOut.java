package com.datashop.gateway.bench;

/// One channel, many subscribers, one publisher that sends the next event when the last one is answered.
record FanOut() implements Workload {
    /// So many events may be on their way: a quarter of a channel's history, so that none is lost for being outrun by
    /// the publisher.
    static final int WINDOW = 250;

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender != Contender.BARE;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        return new Loaded(this, contender.start(setup),
                target -> new Stage(target, 1, 1, plan.subscribers(), plan.dataBytes()), plan, into) {
            @Override
            public void warmUp() {
                flood(plan.warmUp());
            }

            @Override
            public void run() {
                var books = books();
                flood(plan.seconds());
                into.take(Figure.FAN_OUT, books.deliveriesPerSecond());
                into.take(Figure.FAN_OUT_CPU, books.cpuMicrosPerDelivery());
                into.take(Figure.FAN_OUT_PAUSES, books.pausesPercent());
            }

            private void flood(double seconds) {
                stage.flood(1, 1, WINDOW, seconds);
                stage.drained(Stage.QUIET_SECONDS);
            }
        };
    }
}
