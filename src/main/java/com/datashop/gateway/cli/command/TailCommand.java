package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.cli.config.Arguments;
import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.cli.config.Exit;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.client.Endpoint;
import com.datashop.gateway.client.LogListener;
import com.datashop.gateway.client.LogQuery;
import com.datashop.gateway.client.LogQuery.Parameter;
import com.datashop.gateway.client.LogReader;
import com.datashop.gateway.client.PastReader;
import com.datashop.gateway.client.RefusedException;
import com.datashop.gateway.json.JsonNull;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `tail`: follows channels and prints their events.
///
/// Events go to standard output. Gaps and the state of the stream go to standard error. It ends on a signal, when
/// nobody reads its output any more, or when the gateway refuses it for good.
public final class TailCommand {
    private static final int BUFFER_BYTES = 64 << 10;

    private TailCommand() { }

    public static Exit run(Map<String, String> environment, List<String> args) throws ConfigException {
        var arguments = new Arguments(Command.TAIL, environment, args);
        if (arguments.words().isEmpty()) throw new ConfigException("tail needs a channel, as logs:etl:workspace123:*");
        var endpoint = Access.endpoint(arguments, environment);
        boolean follow = !arguments.has(Option.NO_FOLLOW);
        var query = query(arguments);
        var stdout = new FileOutputStream(FileDescriptor.out);
        var out = new PrintStream(new java.io.BufferedOutputStream(stdout, BUFFER_BYTES), false, UTF_8);
        var listener = new Listener(out, printer(arguments, environment), endpoint.base().toString());
        try {
            if (follow) new LogReader(endpoint, query, listener).run();
            else new PastReader(endpoint, query, listener).run();
            out.flush();
            return Exit.OK;
        } catch (RefusedException refused) {
            out.flush();
            return Access.reportRefusal(endpoint, refused);
        } catch (IOException failed) {
            out.flush();
            System.err.println("gateway: " + endpoint.base() + ": " + failed.getMessage());
            return Exit.FAILED;
        } catch (PipeClosed nobodyReads) {
            return Exit.OK;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        }
    }

    private static LogPrinter printer(Arguments arguments, Map<String, String> environment) {
        if (arguments.has(Option.JSON)) return null;
        int width = Terminal.isTerminal(Terminal.OUT) ? Terminal.width(environment) : 0;
        return new LogPrinter(Terminal.hasColours(environment), width, ZoneId.systemDefault(), InstantSource.system());
    }

    private static LogQuery query(Arguments arguments) throws ConfigException {
        var filters = new ArrayList<Parameter>();
        var level = arguments.one(Option.LEVEL);
        if (level.isPresent()) filters.add(new Parameter("level", level.get()));
        for (var text : arguments.all(Option.Q)) filters.add(new Parameter("q", text));
        for (var text : arguments.all(Option.NOT)) filters.add(new Parameter("not", text));
        for (var condition : arguments.all(Option.WHERE)) filters.add(new Parameter("where", condition));
        var begin = new ArrayList<Parameter>();
        var tail = arguments.one(Option.TAIL);
        if (tail.isPresent() && !tail.get().matches("[0-9]{1,9}"))
            throw new ConfigException("--tail must be a number of events");
        var since = arguments.one(Option.SINCE);
        if (since.isPresent()) begin.add(new Parameter("since", since.get()));
        if (tail.isPresent()) begin.add(new Parameter("tail", tail.get()));
        return new LogQuery(arguments.words(), List.copyOf(filters), List.copyOf(begin));
    }

    /// Says that nobody reads standard output any more, as after `tail ... | head`.
    private static final class PipeClosed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PipeClosed() {
            super(null, null, false, false);
        }
    }

    /// Prints everything that the reader reads.
    private static final class Listener implements LogListener {
        private final PrintStream out;
        private final LogPrinter printer;
        private final String base;
        private boolean lost;

        /// @param printer null to print envelopes as they are
        Listener(PrintStream out, LogPrinter printer, String base) {
            this.out = out;
            this.printer = printer;
            this.base = base;
        }

        @Override
        public void event(String envelope, boolean more) {
            out.print(printer == null ? envelope : printer.line(envelope));
            out.print('\n');
            if (!more) out.flush();
            if (!more && out.checkError()) throw new PipeClosed();
        }

        @Override
        public void gap(JsonObject gap) {
            out.flush();
            var number = gap.get("lost");
            String lost = number == null || number instanceof JsonNull ? "an unknown number of" : number.toString();
            say("gap: " + lost + " events are missing (" + text(gap, "reason") + "), up to " + text(gap, "to"));
        }

        @Override
        public void state(State state, String detail) {
            switch (state) {
                case CONNECTED -> {
                    if (lost) say("connected to " + base);
                    if (!detail.isEmpty()) say(detail);
                    lost = false;
                }
                case LOST, REFUSED, EXPIRED -> {
                    out.flush();
                    if (!lost)
                        say((state == State.REFUSED ? "not now: " : "lost " + base + ": ") + detail + "; trying again");
                    lost = true;
                }
                case RENEWING -> { }
            }
        }

        private static void say(String text) {
            System.err.println("gateway: " + PlainText.of(text, false, false));
        }

        private static String text(JsonObject object, String member) {
            return object.get(member) instanceof JsonString(var text) ? text : String.valueOf(object.get(member));
        }
    }
}
