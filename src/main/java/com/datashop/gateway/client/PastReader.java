package com.datashop.gateway.client;

import com.datashop.gateway.client.LogListener.State;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Reads the past of channels page by page, to its end.
///
/// When the newest N events fill more than a page, it first searches backwards without keeping events, and then reads
/// forwards. So it holds one page for any N.
public final class PastReader {
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final int PAGE = 1000;
    private static final int TRIES = 5;
    private static final String BEGINNING = "&since=0";

    private final Endpoint endpoint;
    private final LogQuery query;
    private final LogListener listener;

    public PastReader(Endpoint endpoint, LogQuery query, LogListener listener) {
        this.endpoint = endpoint;
        this.query = query;
        this.listener = listener;
    }

    /// Reads to the end.
    ///
    /// @throws IOException when the gateway cannot be reached, or is busy for too long
    public void run() throws RefusedException, IOException, InterruptedException {
        var since = parameter("since");
        var tail = parameter("tail").map(Long::parseLong);
        String from = BEGINNING;
        if (since.isPresent()) from = "&since=" + LogQuery.encoded(since.get());
        else if (tail.isPresent()) from = tail(tail.get());
        if (from != null) forwards(from, since.isPresent() ? from : "");
    }

    private Optional<String> parameter(String name) {
        return query.begin().stream().filter(parameter -> parameter.name().equals(name)).map(LogQuery.Parameter::value)
                .findFirst();
    }

    /// @param kept the parameters of every page; `since` is one, as an older event may follow a newer one
    private void forwards(String from, String kept) throws RefusedException, IOException, InterruptedException {
        for (String next = from; next != null; ) {
            var page = page("&limit=" + PAGE + next);
            for (var gap : page.gaps()) listener.gap(gap);
            for (var event : page.events()) listener.event(event);
            listener.pause();
            next = page.more() ? kept + "&after=" + page.to() : null;
        }
    }

    /// The place where the newest events begin; null when there are none to print.
    private String tail(long count) throws RefusedException, IOException, InterruptedException {
        if (count == 0) return null;
        String before = "";
        for (long left = count; ; ) {
            var page = page("&limit=" + Math.min(PAGE, left) + before);
            left -= page.events().size();
            if (left <= 0) return "&after=" + page.beforeFirst();
            if (!page.more()) return BEGINNING;
            before = "&before=" + page.from();
        }
    }

    private FetchedPage page(String parameters) throws RefusedException, IOException, InterruptedException {
        var retry = new Retry();
        for (int tries = 1; ; tries++) {
            var answer = ask("/api/logs/events?" + query.text() + parameters);
            if (answer.status() == 200) {
                if (tries > 1) listener.state(State.CONNECTED, "");
                return FetchedPage.parse(answer.body());
            }
            if (!answer.isForNow()) throw answer.refusal();
            if (tries == TRIES) throw new IOException(answer.detail());
            listener.state(State.REFUSED, answer.detail());
            Thread.sleep(retry.next(answer.retryAfter()));
        }
    }

    private HttpAnswer ask(String path) throws IOException {
        var token = endpoint.token().read();
        var connection = endpoint.open(path, token, SILENCE);
        connection.setRequestProperty("Accept", "application/json");
        try {
            return HttpAnswer.of(connection, token);
        } catch (IOException broken) {
            throw new IOException(Failure.reason(broken), broken);
        }
    }
}
