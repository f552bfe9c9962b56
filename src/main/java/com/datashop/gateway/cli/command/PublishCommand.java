package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.cli.config.Arguments;
import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.cli.config.Exit;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.client.EntryLines;
import com.datashop.gateway.client.LogPublisher;
import com.datashop.gateway.client.RefusedException;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `publish`: publishes its arguments as one entry, or standard input line by line.
///
/// ```
///   standard input ──▶ lines ──▶ Batches: bounded ──▶ LogPublisher, one request after the other
///         ▲                        │ full
///         └──────── waits ─────────┘
/// ```
public final class PublishCommand {
    private static final int STDIN_BUFFER = 64 << 10;

    private final EntryLines entries;
    private final String level;
    private final boolean ndjson;
    private final PublishReport report;
    private final JsonWriter writer = new JsonWriter();

    private PublishCommand(Arguments arguments, PublishReport report) throws ConfigException {
        entries = new EntryLines(arguments.required(Option.SERVICE), arguments.required(Option.WORKSPACE),
                arguments.one(Option.RESOURCE).orElse(null));
        level = arguments.one(Option.LEVEL).orElse(null);
        ndjson = arguments.has(Option.NDJSON);
        this.report = report;
    }

    public static Exit run(Map<String, String> environment, List<String> args) throws ConfigException {
        var arguments = new Arguments(Command.PUBLISH, environment, args);
        var endpoint = Access.endpoint(arguments, environment);
        var timeout = arguments.duration(Option.TIMEOUT);
        boolean lines = arguments.words().isEmpty() || arguments.words().equals(List.of("-"));
        try (var report = PublishReport.open(arguments.one(Option.SPOOL))) {
            var publish = new PublishCommand(arguments, report);
            var publisher = new LogPublisher(endpoint, timeout, report);
            try {
                if (lines) publish.lines(publisher, arguments.has(Option.TEE));
                else publish.words(publisher, String.join(" ", arguments.words()), arguments.has(Option.TEE));
            } catch (RefusedException refused) {
                report.printSummary();
                return Access.reportRefusal(endpoint, refused);
            }
            report.printSummary();
            return report.isWhole() ? Exit.OK : Exit.FAILED;
        } catch (IOException failed) {
            System.err.println("gateway: " + PlainText.of(String.valueOf(failed.getMessage()), false, false));
            return Exit.FAILED;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        }
    }

    private void words(LogPublisher publisher, String message, boolean tee)
            throws RefusedException, InterruptedException, IOException {
        var line = message.getBytes(UTF_8);
        if (tee) System.out.println(message);
        try (var batches = new Batches(publisher, report)) {
            add(batches, line);
            batches.finish();
        }
    }

    private void lines(LogPublisher publisher, boolean tee) throws RefusedException, InterruptedException, IOException {
        try (var in = new FileInputStream(FileDescriptor.in); var batches = new Batches(publisher, report)) {
            OutputStream copy = tee ? new FileOutputStream(FileDescriptor.out) : null;
            var reader = new LineReader(in, STDIN_BUFFER, copy);
            for (byte[] line = reader.next(); line != null; line = reader.next())
                if (line.length > 0 && !add(batches, line)) break;
            batches.finish();
        }
    }

    /// Adds the line; false when nothing more can be published.
    private boolean add(Batches batches, byte[] line) throws InterruptedException {
        var data = data(line);
        if (data.isEmpty()) {
            report.rejected(line, "is not JSON");
            return true;
        }
        return batches.add(entries.of(data.get()));
    }

    /// The data of a line. A JSON object is the data itself. Other text becomes its message, unless lines must be JSON.
    private Optional<byte[]> data(byte[] line) {
        boolean mayBeObject = firstByte(line) == '{';
        if (ndjson || mayBeObject) {
            try {
                var in = new JsonScanner(line);
                byte[] value = in.compact(JsonValue.MAX_DEPTH);
                in.end();
                return Optional.of(value);
            } catch (JsonException text) {
                if (ndjson) return Optional.empty();
            }
        }
        return Optional.of(message(line));
    }

    /// The text as the message of an object. Bytes that are not UTF-8 become U+FFFD.
    private byte[] message(byte[] line) {
        writer.reset().beginObject();
        if (level != null) writer.member("level", level);
        writer.name("message");
        try {
            writer.text(line, 0, line.length);
        } catch (JsonException notUtf8) {
            writer.value(new String(line, UTF_8));
        }
        return writer.endObject().toBytes();
    }

    private static int firstByte(byte[] line) {
        for (byte b : line) if (b != ' ' && b != '\t') return b;
        return 0;
    }
}
