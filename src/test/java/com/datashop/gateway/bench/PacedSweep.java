package com.datashop.gateway.bench;

/// The highest rate at which everybody has nearly everything within 100 ms, and everything in the end.
///
/// The rates are a fixed ladder, 8 to the octave. From 100 a second it goes up or down by an octave until that fails or
/// holds, and then halves; later runs begin where the one before ended, with smaller steps. A rate fails when it fails
/// twice: once may be the machine.
record PacedSweep() implements Workload {
    private static final int STEPS = 8;
    private static final int FIRST = rung(100);
    private static final int LOWEST = rung(4);
    private static final int HIGHEST = rung(8192);
    private static final double P99 = 100;
    private static final double SECONDS = 2.5;
    private static final int QUIET_SECONDS = 2;

    @Override
    public String name() {
        return "fanout-paced";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender != Contender.BARE;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        var target = contender.start(setup);
        var probe = new Probe(target, plan, into);
        return new Session() {
            private int rung = FIRST;
            private int step = STEPS;

            @Override
            public void warmUp() {
                probe.tried(FIRST);
            }

            @Override
            public void run() {
                rung = highest(probe, rung, step);
                step = 1;
                into.take(Figure.PACED, rate(rung));
            }

            @Override
            public void close() {
                probe.close();
                target.close();
            }
        };
    }

    /// The highest rung that holds, looked for from this one on in such steps, each twice as long as the one before, up
    /// to an octave.
    private static int highest(Probe probe, int from, int first) {
        int holds;
        int fails;
        int step = first;
        if (probe.holds(from)) {
            holds = from;
            for (fails = from + step; fails < HIGHEST && probe.holds(fails); fails += step) {
                holds = fails;
                step = Math.min(2 * step, STEPS);
            }
        } else {
            fails = from;
            for (holds = from - step; holds > LOWEST && !probe.holds(holds); holds -= step) {
                fails = holds;
                step = Math.min(2 * step, STEPS);
            }
        }
        while (fails - holds > 1) {
            int middle = (holds + fails) / 2;
            if (probe.holds(middle)) holds = middle;
            else fails = middle;
        }
        return holds;
    }

    private static int rung(double rate) {
        return (int) Math.round(STEPS * Math.log(rate) / Math.log(2));
    }

    private static double rate(int rung) {
        return Math.round(Math.pow(2, (double) rung / STEPS));
    }

    /// Tries a rate.
    private static final class Probe implements AutoCloseable {
        private final Target target;
        private final Plan plan;
        private final Readings into;
        private Stage stage;

        Probe(Target target, Plan plan, Readings into) {
            this.target = target;
            this.plan = plan;
            this.into = into;
        }

        boolean holds(int rung) {
            return tried(rung) || tried(rung);
        }

        /// Whether it holds this once.
        boolean tried(int rung) {
            if (stage == null) stage = new Stage(target, 1, Offered.PUBLISHERS, plan.subscribers(), plan.dataBytes());
            var publishing = stage.pace(Offered.PUBLISHERS, rate(rung), Offered.LEAD, SECONDS);
            boolean drained = stage.drained(QUIET_SECONDS);
            double p99 = stage.audience().latencies().millis(0.99);
            var tally = stage.audience().audit(stage.published());
            boolean holds = publishing.kept() && publishing.refused() == 0 && drained && tally.isClean() && p99 < P99;
            double p50 = stage.audience().latencies().millis(0.5);
            into.trace(String.format("%s events/s: p50 %s, p99 %s ms%s%s", Numbers.text(rate(rung)), Numbers.text(p50),
                    Numbers.text(p99),
                    publishing.kept() ? "" : ", publishers behind", tally.isClean() ? "" : ", " + tally.faults()));
            if (!drained || !tally.isClean()) close(); // what is still under way must not count against the next
            return holds;
        }

        @Override
        public void close() {
            if (stage != null) stage.close();
            stage = null;
        }
    }
}
