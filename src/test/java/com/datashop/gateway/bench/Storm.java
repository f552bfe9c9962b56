package com.datashop.gateway.bench;

import com.datashop.gateway.support.Directories;
import com.datashop.gateway.support.Ports;
import java.util.stream.IntStream;

/// The gateway is restarted over its log on disk, and all its clients come back at once for what was published
/// meanwhile.
record Storm() implements Workload {
    private static final int CHANNELS = 100;
    /// More than a channel's share of what comes back at once, less than its history.
    private static final int EVENTS_BEFORE = 20;
    private static final int EVENTS_MEANWHILE = 5;
    /// As many as the gateway's backlog lets wait.
    private static final int AT_ONCE = 2000;

    @Override
    public String name() {
        return "storm";
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        return new Session() {
            @Override
            public void run() {
                var directory = Installed.directory("storm");
                var args = new String[] {"--data-dir", directory.toString(), "--port",
                        String.valueOf(Ports.free())};
                try (var before = GatewayTarget.start(setup, args);
                        var stage = new Stage(before, CHANNELS, 1, OpenFiles.streams(plan.streams()) / CHANNELS,
                                plan.dataBytes())) {
                    publish(stage, EVENTS_BEFORE);
                    if (!stage.drained(Stage.QUIET_SECONDS))
                        throw new IllegalStateException("not everything came before the restart");
                    before.signal("TERM");
                    before.awaitExit();
                    try (var after = GatewayTarget.start(setup, args)) {
                        publish(stage, EVENTS_MEANWHILE);
                        long began = System.nanoTime();
                        stage.resume(after, AT_ONCE, EVENTS_MEANWHILE * CHANNELS);
                        if (!stage.drained(Stage.QUIET_SECONDS)) into.remark(name() + ": not everything came back");
                        into.take(Figure.STORM, (stage.audience().lastReadAt() - began) / 1e9);
                        publish(stage, 1);
                        stage.drained(Stage.QUIET_SECONDS);
                        into.check(name(), stage.audience().audit(stage.published()));
                    }
                } finally {
                    Directories.delete(directory);
                }
            }
        };
    }

    private static void publish(Stage stage, int eventsEach) {
        IntStream.range(0, eventsEach).forEach(_ -> stage.once());
    }
}
