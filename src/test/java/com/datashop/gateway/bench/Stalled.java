package com.datashop.gateway.bench;

/// A tenth of the subscribers stop reading, as clients do that hang: what the others notice of it.
record Stalled() implements Workload {
    /// Events of 32 KB, as many as fill what the kernel holds for one that does not read, 4 MB and a little.
    private static final int LARGE = 32 << 10;
    private static final int FILLING = 150;
    private static final int WINDOW = 10;
    private static final int MOST_SECONDS = 15;

    @Override
    public String name() {
        return "stalled";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender != Contender.FLOOR && contender != Contender.BARE && contender != Contender.NCHAN_2;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        int each = plan.subscribers();
        return new Loaded(this, contender.start(setup),
                target -> new Stage(target, 1, Offered.PUBLISHERS, each, each / 10, plan.dataBytes()), plan, into) {
            private boolean stalled;

            @Override
            public void warmUp() {
                stage.pace(Offered.PUBLISHERS, Offered.RATE, 0, plan.warmUp());
                stage.drained(Stage.QUIET_SECONDS);
            }

            @Override
            public void run() {
                if (!stalled) {
                    for (int i = 0; i < plan.runs(); i++) pace(Figure.STALLED_BEFORE);
                    stage.stall();
                    fill();
                    stalled = true;
                }
                pace(Figure.STALLED);
            }

            private void fill() {
                long before = stage.events();
                for (int second = 0; second < MOST_SECONDS && stage.events() - before < FILLING; second++)
                    stage.fill(Offered.PUBLISHERS, WINDOW, 1, LARGE);
                if (stage.events() - before < FILLING)
                    into.remark(name() + ": those that stalled may still have been written to");
                stage.drained(Stage.QUIET_SECONDS);
            }

            private void pace(Figure figure) {
                var publishing = stage.pace(Offered.PUBLISHERS, Offered.RATE, Offered.LEAD, plan.seconds());
                if (!stage.drained(Stage.QUIET_SECONDS) || !publishing.kept()) into.remark(name() + ": falls behind");
                else into.take(figure, stage.audience().latencies().millis(0.99));
            }
        };
    }
}
