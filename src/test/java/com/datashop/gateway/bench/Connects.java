package com.datashop.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;

/// How fast streams connect: the first ones after a start, the ones after them, and as many again when the JVM is warm.
record Connects() implements Workload {
    /// The JVM loads and compiles for these.
    private static final int FIRST = 1000;
    /// How often all have connected and left before the JVM counts as warm (measured: from then on the rate stays).
    private static final int COLD_ROUNDS = 4;
    private static final int WARM_ROUNDS = 2;
    /// The second write to a client that has left fails.
    private static final int FAREWELLS = 3;
    /// For the threads of the streams to end, in nanoseconds.
    private static final long LEAVING = 400_000_000;

    @Override
    public String name() {
        return "connects";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender != Contender.FLOOR;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        int streams = OpenFiles.streams(plan.streams()) - FIRST;
        return new Session() {
            /// On a server of its own each time: the first streams are those of a start.
            @Override
            public void run() {
                try (var target = contender.start(setup)) {
                    try (var audience = new Audience()) {
                        into.take(Figure.FIRST_CONNECTS, Idle.join(audience, target, FIRST) / 1e9);
                        into.take(Figure.CONNECTS, rate(audience, target));
                        into.check(name(), audience.tally());
                    }
                    for (int round = 0; round < COLD_ROUNDS + WARM_ROUNDS; round++) {
                        letLeave(target, plan.dataBytes());
                        try (var audience = new Audience()) {
                            double rate = rate(audience, target);
                            if (round >= COLD_ROUNDS) into.take(Figure.CONNECTS_WARM, rate);
                            into.check(name(), audience.tally());
                        }
                    }
                }
            }

            private double rate(Audience audience, Target target) {
                return streams * 1e9 / Idle.join(audience, target, streams);
            }

            /// Publishes to all channels, so that the server notices who has left.
            private void letLeave(Target target, int dataBytes) {
                var data = Publication.data(dataBytes);
                for (int i = 0; i < FAREWELLS; i++) {
                    for (int channel = 0; channel <= streams / Idle.EACH; channel++) {
                        try (var connection = new Connection(target.publishPort())) {
                            connection.exchange(target.publication(Idle.channel(channel), data, 0)
                                    .stamped(new Published(1), System.nanoTime()));
                        } catch (IOException broken) {
                            throw new UncheckedIOException(broken);
                        }
                    }
                    Audience.pause(LEAVING);
                }
            }
        };
    }
}
