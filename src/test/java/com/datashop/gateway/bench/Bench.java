package com.datashop.gateway.bench;

import com.datashop.gateway.bench.Workload.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Measures the gateway, and beside it what else speaks SSE: `scripts/bench --help`.
final class Bench {
    static final List<Workload> WORKLOADS = List.of(
            new FanOut(), new PacedSweep(), new Offered(), new FirstMinute(), new ManyChannels(), new PublishOnly(),
            new Ingest(), new OneToAll(), new Crowd(), new Connects(), new Idle(), new Heartbeats(), new Stalled(),
            new Storm(), new Return(), new FirstByte());
    /// The workloads in which a change to the gateway would show first.
    private static final Set<String> QUICK = Set.of("fanout", "fanout-100", "channels", "publish");
    private static final Path RESULTS = Path.of("target", "bench");

    /// The folder of the pictures in src/docs, as benchmarks.md there names it.
    private static final String PICTURES = "images";

    private static final String FILLED = "filled";

    private Bench() { }

    public static void main(String[] args) throws IOException {
        var names = names();
        if (List.of(args).contains("--help")) {
            System.out.printf(Arguments.USAGE, String.join(" ", names), String.join(" ", Scaling.NAMES));
            return;
        }
        Arguments arguments;
        try {
            arguments = Arguments.of(names, args);
        } catch (IllegalArgumentException bad) {
            System.err.println("bench: " + bad.getMessage());
            System.exit(2);
            return;
        }
        Files.createDirectories(RESULTS);
        var machine = Machine.here(("scripts/bench " + String.join(" ", args)).strip());
        if (arguments.scaling()) {
            scale(arguments, machine);
            return;
        }
        if (arguments.only().contains(Logs.NAME)) compareLogs(arguments, machine);
        if (arguments.only().contains(LookingBack.NAME)) lookBack(arguments, machine);
        if (!arguments.only().isEmpty() && Set.of(Logs.NAME, LookingBack.NAME).containsAll(arguments.only())) return;
        var report = measure(arguments, arguments.plan(), machine, System.err::println);
        Files.writeString(RESULTS.resolve(arguments.file() + ".md"), report.markdown());
        Files.writeString(RESULTS.resolve(arguments.file() + ".json"), report.json());
        System.out.println(report.markdown());
    }

    /// All that may be asked for alone.
    static Set<String> names() {
        var names = WORKLOADS.stream().map(Workload::name).collect(Collectors.toCollection(LinkedHashSet::new));
        names.add(Logs.NAME);
        names.add(LookingBack.NAME);
        return names;
    }

    /// Measures the gateway over each kind of log.
    private static void compareLogs(Arguments arguments, Machine machine) throws IOException {
        var logs = new Logs(arguments.setup(), arguments.plan().runs(), System.err::println).measure();
        var table = logs.markdown(machine);
        Files.writeString(RESULTS.resolve(Logs.NAME + ".md"), table);
        System.out.println(table);
    }

    /// Draws how looking back grows, and measures what the index costs.
    private static void lookBack(Arguments arguments, Machine machine) throws IOException {
        var logs = arguments.logs().orElse(RESULTS.resolve(LookingBack.NAME)).toAbsolutePath();
        Files.createDirectories(logs);
        var back = new LookingBack(arguments.setup(), arguments.plan(), logs, System.err::println);
        boolean filled = Files.exists(logs.resolve(FILLED));
        back.fill(LookingBack.KINDS);
        if (arguments.logs().isPresent() && !filled) {
            Files.createFile(logs.resolve(FILLED));
            System.out.println("The logs are filled. Run it again to measure.");
            return;
        }
        var plot = back.plot(LookingBack.KINDS);
        if (arguments.logs().isEmpty()) back.delete(LookingBack.KINDS);
        var text = new StringBuilder(described(plot, LookingBack.NAME + ".svg",
                LookingBack.table(plot, LookingBack.KINDS)));
        text.append(back.emptyStart()).append(' ').append(back.publishing()).append("\n\n");
        text.append(machine).append(". `").append(machine.command())
                .append("`: medians, in parentheses the smallest and the largest reading.\n");
        Files.writeString(RESULTS.resolve(LookingBack.NAME + ".md"), text);
        System.out.println(text);
    }

    /// Writes the picture; what the text says of it.
    private static String described(Plot plot, String file, String table) throws IOException {
        Files.writeString(RESULTS.resolve(file), plot.svg());
        return "![" + plot.title() + "](" + PICTURES + '/' + file + ")\n\n<details><summary>" + plot.title()
                + ", in numbers</summary>\n\n" + table + "\n</details>\n\n";
    }

    /// Draws how the figures grow; the text beside the pictures names them where benchmarks.md has them.
    private static void scale(Arguments arguments, Machine machine) throws IOException {
        var text = new StringBuilder();
        var scaling = new Scaling(arguments.setup(), arguments.plan(), System.err::println);
        for (var name : Scaling.NAMES) {
            if (!arguments.only().isEmpty() && !arguments.only().contains(name)) continue;
            var plot = scaling.plot(name);
            text.append(described(plot, "scaling-" + name + ".svg", plot.table()));
        }
        text.append(machine).append(". `").append(machine.command()).append("`: medians of ")
                .append(arguments.plan().runs()).append(" runs.\n");
        Files.writeString(RESULTS.resolve("scaling.md"), text);
        System.out.println(text);
    }

    /// Measures what was asked for.
    ///
    /// @param progress told how it goes
    static Report measure(Arguments arguments, Plan plan, Machine machine, Consumer<String> progress) {
        var report = new Report(machine, plan);
        var contenders = contenders(arguments, report);
        if (OpenFiles.streams(plan.streams()) < plan.streams())
            report.note("not " + plan.streams() + " streams but " + OpenFiles.streams(plan.streams())
                    + ": ulimit -n is " + OpenFiles.limit());
        int floor = OpenFiles.streams(plan.streams(), Contender.FLOOR);
        if (contenders.contains(Contender.FLOOR) && floor < OpenFiles.streams(plan.streams()))
            report.note(Contender.FLOOR.title() + ": " + floor + " streams, because it shares the open files");
        for (var workload : WORKLOADS) {
            if (!(arguments.only().isEmpty() ? !arguments.quick() || QUICK.contains(workload.name()) : arguments.only()
                    .contains(workload.name())))
                continue;
            if (arguments.quick()) {
                progress.accept(workload.name());
                inTurn(workload, contenders, arguments.setup(), plan, report, progress);
                continue;
            }
            for (var contender : contenders) {
                if (!workload.suits(contender)) continue;
                progress.accept(workload.name() + ": " + contender.title());
                inTurn(workload, List.of(contender), arguments.setup(), plan, report, progress);
            }
        }
        return report;
    }

    /// Opens a session for each and runs them one after the other, as often as the plan says.
    private static void inTurn(Workload workload, List<Contender> contenders, Setup setup, Plan plan, Report report,
            Consumer<String> progress) {
        var sessions = new ArrayList<Session>();
        var current = contenders.getFirst();
        try {
            for (var contender : contenders) {
                current = contender;
                var session = workload.open(contender, setup, plan,
                        report.of(contender, new Readings(line -> progress.accept("  " + line))));
                sessions.add(session);
                session.warmUp();
            }
            for (int run = 0; run < plan.runs(); run++) {
                for (int i = 0; i < sessions.size(); i++) {
                    current = contenders.get(i);
                    sessions.get(i).run();
                }
            }
        } catch (RuntimeException | AssertionError failed) {
            report.of(current, new Readings(progress)).remark(workload.name() + " failed: " + failed.getMessage());
        }
        for (int i = 0; i < sessions.size(); i++) {
            try {
                sessions.get(i).close();
            } catch (RuntimeException | AssertionError failed) {
                report.of(contenders.get(i), new Readings(progress))
                        .remark(workload.name() + " does not end: " + failed.getMessage());
            }
        }
    }

    /// The gateway and those of the others that are here; of those that are not the report says so.
    private static List<Contender> contenders(Arguments arguments, Report report) {
        var contenders = new ArrayList<>(List.of(Contender.GATEWAY));
        for (var peer : arguments.peers()) {
            var missing = peer.missing();
            if (missing.isEmpty()) contenders.add(peer);
            else report.note(missing);
        }
        return contenders;
    }
}
