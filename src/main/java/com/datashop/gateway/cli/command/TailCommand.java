package com.datashop.gateway.cli.command;

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
import java.io.IOException;
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
    private TailCommand() { }

    /// Runs the command to its end, and returns how it ends.
    ///
    /// @throws ConfigException when an argument is missing or bad
    public static Exit run(Map<String, String> environment, List<String> args) throws ConfigException {
        var arguments = new Arguments(Command.TAIL, environment, args);
        if (arguments.words().isEmpty()) throw new ConfigException("tail needs a channel, as logs:etl:workspace123:*");
        var endpoint = Access.endpoint(arguments, environment);
        boolean follow = !arguments.has(Option.NO_FOLLOW);
        var query = query(arguments);
        var out = new StandardOutput();
        var listener = new Listener(out, printer(arguments, environment), endpoint.base().toString());
        try {
            if (Terminal.isPipe(Terminal.OUT)) ClosedPipe.watch();
            var exit = read(endpoint, query, listener, follow);
            out.flush();
            return exit;
        } catch (StandardOutput.Fault fault) {
            return fault.exit();
        }
    }

    private static Exit read(Endpoint endpoint, LogQuery query, Listener listener, boolean follow) {
        try {
            if (follow) new LogReader(endpoint, query, listener).run();
            else new PastReader(endpoint, query, listener).run();
            return Exit.OK;
        } catch (RefusedException refused) {
            listener.pause();
            return Access.reportRefusal(endpoint, refused);
        } catch (IOException failed) {
            listener.say(endpoint.base() + ": " + failed.getMessage());
            return Exit.FAILED;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        }
    }

    private static LogPrinter printer(Arguments arguments, Map<String, String> environment) {
        if (arguments.has(Option.JSON)) return null;
        return new LogPrinter(Terminal.hasColours(environment), Width.ofOutput(environment), ZoneId.systemDefault(),
                InstantSource.system());
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

    /// Prints everything that the reader reads.
    private static final class Listener implements LogListener {
        private final StandardOutput out;
        private final LogPrinter printer;
        private final boolean terminal = Terminal.isTerminal(Terminal.OUT);
        private final String base;
        private boolean met;
        private boolean lost;

        /// @param printer null to print envelopes as they are
        Listener(StandardOutput out, LogPrinter printer, String base) {
            this.out = out;
            this.printer = printer;
            this.base = base;
        }

        @Override
        public void event(String envelope) {
            if (printer != null) out.line(printer.line(envelope));
            else out.line(terminal ? PlainText.json(envelope) : envelope);
        }

        @Override
        public void pause() {
            out.flush();
        }

        @Override
        public void gap(JsonObject gap) {
            var number = gap.get("lost");
            String count = number == null || number instanceof JsonNull ? "an unknown number of" : number.toString();
            say("gap: " + count + (count.equals("1") ? " event is" : " events are") + " missing ("
                    + text(gap, "reason") + "), up to " + text(gap, "to"));
        }

        @Override
        public void state(State state, String detail) {
            switch (state) {
                case CONNECTED -> {
                    if (lost) say("connected to " + base);
                    if (!detail.isEmpty()) say(detail);
                    lost = false;
                    met = true;
                }
                case LOST, REFUSED, EXPIRED -> {
                    String what = state == State.REFUSED ? "not now: "
                            : (met ? "lost " : "can not reach ") + base + ": ";
                    if (!lost) say(what + detail + "; trying again");
                    lost = true;
                }
                case RENEWING -> { }
            }
        }

        private void say(String text) {
            out.flush();
            System.err.println("gateway: " + PlainText.of(text, false, false));
        }

        private static String text(JsonObject object, String member) {
            return object.get(member) instanceof JsonString(var text) ? text : String.valueOf(object.get(member));
        }
    }
}
