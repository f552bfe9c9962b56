package com.datashop.gateway.deploy;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Checkout;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Once;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The image of `scripts/image`, run as the Dockerfile says and as a container runtime would, with the kernel's means
/// and no daemon.
///
/// ```
///   unshare (mounts, processes) ─▶ chroot, as the USER, without groups ─▶ ENTRYPOINT as process 1
///     /      the image, read-only           /proc        its own          in a control group
///     /data  the volume, the user's         /sys, /dev   the machine's    with a limit of memory
///                                           /etc/hosts, resolv.conf: too
/// ```
final class Container implements AutoCloseable {
    private static final Pattern ON_PORT = Pattern.compile("on port ([0-9]+) ");
    /// Arguments: the control group's processes, the image, the volume, the user, and then the command.
    private static final String ENTER = """
            set -e
            echo $$ > "$1"
            exec unshare --mount --pid --fork --kill-child bash -c '
                set -e
                image=$1 volume=$2 user=$3
                shift 3
                mount --make-rprivate /
                mount --bind "$image" "$image"
                mount -t proc proc "$image/proc"
                mount --rbind /sys "$image/sys"
                mount -t tmpfs -o mode=755 tmpfs "$image/dev"
                for device in null zero full random urandom; do touch "$image/dev/$device"; mount --bind \
            "/dev/$device" "$image/dev/$device"; done
                for file in hosts hostname resolv.conf; do touch "$image/etc/$file" "/etc/$file"; mount --bind \
            "/etc/$file" "$image/etc/$file"; done
                chown "$user" "$volume"
                mount --bind "$volume" "$image/data"
                mount -o remount,bind,ro "$image"
                exec chroot --userspec="$user" --groups= "$image" "$@"
            ' container "${@:2}"
            """;

    private final Dockerfile dockerfile;
    private final Memory memory;
    private final Child child;

    private Container(Dockerfile dockerfile, Memory memory, Child child) {
        this.dockerfile = dockerfile;
        this.memory = memory;
        this.child = child;
    }

    /// The image, made once in a run of the tests from a clean checkout.
    static Path image() {
        if (!System.getProperty("user.name").equals("root")) Tool.leaveOut("only root may make a container");
        Tool.path("unshare");
        var checkout = Checkout.built();
        var image = checkout.resolve("target/image");
        Once.inThisRun(image, checkout.resolve("target/image-of-run"),
                () -> checkout.run(Map.of(), "scripts/image", "target/image"));
        return image;
    }

    /// Starts one with these arguments and settings, and waits for nothing.
    ///
    /// @param settings environment variables, as `HISTORY_EVENTS=10`, beside those of the Dockerfile
    static Container launch(Memory memory, Path volume, List<String> arguments, String... settings) {
        var image = image();
        try {
            var dockerfile = Dockerfile.read();
            // as a container runtime does
            for (var place : List.of("proc", "sys", "dev", "data")) Files.createDirectories(image.resolve(place));
            var environment = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
            for (var setting : dockerfile.values("ENV")) put(environment, setting);
            for (var setting : settings) put(environment, setting);
            var command = new ArrayList<>(List.of("bash", "-c", ENTER, "enter", memory.processes().toString(),
                    image.toString(), volume.toString(), dockerfile.value("USER")));
            command.addAll(dockerfile.command("ENTRYPOINT"));
            command.addAll(arguments.isEmpty() ? dockerfile.command("CMD") : arguments);
            return new Container(dockerfile, memory, Child.start(Map.copyOf(environment), command));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Starts a gateway on a free port of the loopback and waits for its banner.
    static Container start(Memory memory, Path volume, String... settings) {
        var all = new ArrayList<>(List.of("PORT=0", "HOST=127.0.0.1"));
        all.addAll(List.of(settings));
        var container = launch(memory, volume, List.of(), all.toArray(String[]::new));
        try {
            Await.until(() -> "the banner of " + container.child, Duration.ofSeconds(30),
                    () -> ON_PORT.matcher(container.child.out()).find() || !container.child.isAlive());
            container.port();
            return container;
        } catch (AssertionError failed) {
            container.close();
            throw failed;
        }
    }

    int port() {
        var banner = ON_PORT.matcher(child.out());
        if (!banner.find()) throw new AssertionError("no banner: " + child);
        return Integer.parseInt(banner.group(1));
    }

    Client client() {
        return new Client(port());
    }

    String out() {
        return child.out();
    }

    String err() {
        return child.err();
    }

    int awaitExit() {
        return child.awaitExit();
    }

    /// Process 1 of the container, by its number outside.
    long gateway() {
        return ProcessHandle.of(child.pid()).flatMap(unshare -> unshare.children().findFirst())
                .orElseThrow(() -> new AssertionError("no gateway: " + child)).pid();
    }

    /// Sends the first signal of `docker stop`.
    void stop() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-TERM", String.valueOf(gateway())).inheritIO().start().waitFor();
    }

    /// A line of `/proc/{gateway}/status`, without its name.
    String status(String name) throws IOException {
        try (var lines = Files.lines(Path.of("/proc", String.valueOf(gateway()), "status"))) {
            return lines.filter(line -> line.startsWith(name + ":")).findFirst().orElseThrow()
                    .substring(name.length() + 1).strip();
        }
    }

    /// How the root is mounted, with its options, as the gateway sees it.
    String rootMount() throws IOException {
        try (var lines = Files.lines(Path.of("/proc", String.valueOf(gateway()), "mountinfo"))) {
            return lines.filter(line -> line.split(" ")[4].equals("/")).findFirst().orElseThrow();
        }
    }

    /// Runs the HEALTHCHECK inside, as Docker does: in the same memory, mounts and processes, as the same user.
    Child health(String... settings) {
        var environment = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
        for (var setting : settings) put(environment, setting);
        String user = dockerfile.value("USER");
        var command = new ArrayList<>(List.of("bash", "-c", "echo $$ > \"$1\"; shift; exec \"$@\"", "enter",
                memory.processes().toString(),
                "nsenter", "--target", String.valueOf(gateway()), "--mount", "--pid", "--root", "--wd",
                "--setuid", user.split(":")[0], "--setgid", user.split(":")[1]));
        command.addAll(dockerfile.command("HEALTHCHECK"));
        return Child.start(Map.copyOf(environment), command);
    }

    /// At once, as `docker kill`: with process 1 all of the container ends.
    @Override
    public void close() {
        ProcessHandle.of(child.pid()).ifPresent(unshare -> unshare.children().forEach(ProcessHandle::destroyForcibly));
        child.close();
    }

    @Override
    public String toString() {
        return child.toString();
    }

    private static void put(Map<String, String> environment, String setting) {
        environment.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
    }
}
