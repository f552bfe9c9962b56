package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.cli.config.Arguments;
import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.cli.config.Exit;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.client.Endpoint;
import com.datashop.gateway.client.EntryLines;
import com.datashop.gateway.client.LogPublisher;
import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.InvalidChannelException;
import com.datashop.gateway.event.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `publish`: publishes its arguments as one entry, or standard input line by line.
///
/// ```
///   standard input ──▶ lines ──▶ Batches: bounded ──▶ LogPublisher, one request after the other
///         ▲                        │ full
///         └──────── waits ─────────┘
/// ```
///
/// A signal ends the input. The lines that were read before get a moment to be published, and are given up after that.
public final class PublishCommand {
    /// How long the process waits, after a signal, until the lines that were read before are published.
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final PublishReport report;
    private final Batches batches;
    private final LineData data;
    /// Standard input; null when the arguments are the entry.
    private final LineReader input;
    private final CountDownLatch inputEnded = new CountDownLatch(1);

    private PublishCommand(PublishReport report, Batches batches, LineData data, LineReader input) {
        this.report = report;
        this.batches = batches;
        this.data = data;
        this.input = input;
    }

    /// Runs the command to its end, and returns how it ends.
    ///
    /// @throws ConfigException when an argument is missing or bad
    public static Exit run(Map<String, String> environment, List<String> args) throws ConfigException {
        var arguments = new Arguments(Command.PUBLISH, environment, args);
        var endpoint = Access.endpoint(arguments, environment);
        var timeout = arguments.duration(Option.TIMEOUT);
        var data = data(arguments);
        boolean tee = arguments.has(Option.TEE);
        var file = arguments.one(Option.SPOOL);
        var spool = file.isEmpty() ? null : Spool.open(file.get());
        // A progress line between the lines of the copy would spoil both.
        boolean progress = Terminal.isTerminal(Terminal.ERR) && !(tee && Terminal.isTerminal(Terminal.OUT));
        var report = new PublishReport(spool, tee, progress);
        var copy = tee ? new Tee(report) : null;
        var words = arguments.words();
        boolean reads = words.isEmpty() || words.equals(List.of("-"));
        if (reads && Terminal.isInputClosed()) throw new ConfigException("standard input is closed: give a MESSAGE");
        var input = reads ? LineReader.ofStandardInput(copy) : null;
        try (var batches = new Batches(new LogPublisher(endpoint, timeout, report), report)) {
            var publish = new PublishCommand(report, batches, data, input);
            var hook = new Thread(publish::stop, "shutdown");
            Runtime.getRuntime().addShutdownHook(hook);
            if (input == null) publish.words(String.join(" ", words), copy);
            else publish.lines();
            return publish.end(endpoint);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        }
    }

    private static LineData data(Arguments arguments) throws ConfigException {
        var service = arguments.required(Option.SERVICE);
        var workspace = arguments.required(Option.WORKSPACE);
        var resource = arguments.one(Option.RESOURCE).orElse(null);
        try {
            Channel.of(service, workspace, resource);
        } catch (InvalidChannelException bad) {
            throw new ConfigException("--" + bad.getMessage().replaceFirst("^(workspace|resource)_id", "$1"));
        }
        var level = arguments.one(Option.LEVEL);
        if (level.isPresent() && Level.named(level.get()).isEmpty())
            throw new ConfigException("--level must be trace, debug, info, warn, error or fatal");
        return new LineData(new EntryLines(service, workspace, resource), level, arguments.has(Option.NDJSON));
    }

    private void words(String message, Tee copy) throws InterruptedException {
        var line = message.getBytes(UTF_8);
        if (copy != null) copy.write((message + "\n").getBytes(UTF_8), line.length + 1);
        add(0, line);
        inputEnded.countDown();
    }

    private void lines() throws InterruptedException {
        boolean wanted = true;
        for (byte[] line = input.next(); line != null && wanted; line = wanted ? input.next() : null)
            if (!data.isNothing(line)) wanted = add(input.number(), line);
        inputEnded.countDown();
        if (input.fault().isPresent()) report.failed("can not read the input: " + input.fault().get().getMessage());
    }

    /// Adds the line; false when nothing more can be published.
    private boolean add(long number, byte[] line) throws InterruptedException {
        if (input != null && input.isCut()) {
            report.refused(number, line, "has more than " + LineReader.LONGEST_LINE + " bytes", List.of());
            return true;
        }
        var entry = data.entry(number, line);
        if (entry.isPresent()) return batches.add(entry.get());
        report.refused(number, line, "is not JSON", List.of(data.text(number, line)));
        return true;
    }

    private Exit end(Endpoint endpoint) throws InterruptedException {
        var refused = batches.finish();
        report.printSummary();
        if (refused.isPresent()) return Access.reportRefusal(endpoint, refused.get());
        return report.isWhole() ? Exit.OK : Exit.FAILED;
    }

    /// Ends early, for a signal. When the process ends by itself, this finds nothing left to do.
    private void stop() {
        try {
            batches.release();
            if (input != null && input.stop()) {
                var begun = input.begun();
                if (begun != null && !data.isNothing(begun)) add(input.number(), begun);
            } else {
                inputEnded.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
            batches.finishWithin(report.isInTrouble() ? Duration.ZERO : GRACE);
            report.printSummary();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
