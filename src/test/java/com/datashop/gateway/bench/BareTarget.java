package com.datashop.gateway.bench;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// [BareServer] in a process of its own, with the JVM's defaults, as the gateway is started.
final class BareTarget implements Target {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Pattern ON_PORT = Pattern.compile("on port ([0-9]+)\n");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Child child;
    private final int port;

    private BareTarget(Child child) {
        this.child = child;
        var banner = ON_PORT.matcher(child.out());
        if (!banner.find()) throw new IllegalStateException("it does not start: " + child);
        port = Integer.parseInt(banner.group(1));
    }

    static BareTarget start(Setup setup) {
        var command = new ArrayList<>(setup.wrapper());
        command.addAll(List.of(JAVA.toString(), "-cp", System.getProperty("java.class.path"),
                BareServer.class.getName()));
        var child = Child.start(command.toArray(String[]::new));
        try {
            Await.until(() -> "a server to listen: " + child, PATIENCE, () -> ON_PORT.matcher(child.out()).find()
                    || !child.isAlive());
            return new BareTarget(child);
        } catch (RuntimeException | AssertionError failed) {
            child.close();
            throw failed;
        }
    }

    @Override
    public int streamPort() {
        return port;
    }

    @Override
    public String subscription(String channel, String lastEventId) {
        return "GET /sub?" + channel + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    }

    @Override
    public Publication publication(String[] channels, String data, int[] lanes) {
        if (channels.length > 1) throw new IllegalArgumentException("it takes no batches");
        return new Publication(Publication.post("/pub?" + channels[0], "application/json", "", data), lanes);
    }

    @Override
    public Cost cost() {
        return Processes.of(child);
    }

    @Override
    public void close() {
        child.close();
    }
}
