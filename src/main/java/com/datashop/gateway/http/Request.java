package com.datashop.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.time.Watchdog;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;

/// One request, checked where the JDK's server is too generous, with its body read under a bound.
public final class Request {
    /// So much of a refused body is read on, so that the client comes to read the answer instead of a reset.
    static final long DRAIN_BYTES = 4L << 20;
    static final Duration DRAIN_TIME = Duration.ofSeconds(2);
    /// Small, for there may be as many as there are connections.
    private static final int DRAIN_BUFFER = 2048;
    private static final Pattern VERSION = Pattern.compile("HTTP/1\\.[0-9]");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
    private static final Pattern QUALITY = Pattern.compile("q\\s*=\\s*(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)");

    private final HttpExchange exchange;
    private final Bodies bodies;
    private final Watchdog watchdog;
    private final Late late;
    private final long began = System.nanoTime();
    private boolean bodyIsLeft;

    /// Answers the request while the thread that handles it waits for its body.
    @FunctionalInterface
    interface Late {
        void answer(Request request, Problem problem, long received);
    }

    /// @param late answers in place of the handler when the body comes too slowly
    Request(HttpExchange exchange, Bodies bodies, Watchdog watchdog, Late late) {
        this.exchange = exchange;
        this.bodies = bodies;
        this.watchdog = watchdog;
        this.late = late;
    }

    /// Refuses what could make a proxy and this server disagree on where the request ends, or for whom it is (RFC 9112, 2.3, 3.2 and 6.3): the
    /// JDK's server lets signs, repetitions, both ways of framing at once, and any version pass. What comes behind it is not looked at.
    ///
    /// @throws Problem with `BAD_FRAMING`, which closes the connection
    void checkFraming() throws Problem {
        var headers = exchange.getRequestHeaders();
        var hosts = headers.getOrDefault("Host", List.of());
        var lengths = headers.getOrDefault("Content-Length", List.of());
        var codings = headers.getOrDefault("Transfer-Encoding", List.of());
        if (!VERSION.matcher(exchange.getProtocol()).matches()) throw misframed("the version is not HTTP/1.1 or HTTP/1.0");
        if (hosts.size() > 1) throw misframed("Host is given twice");
        if (hosts.isEmpty() && !isHttp10()) throw misframed("Host is missing");
        if (lengths.size() > 1) throw misframed("Content-Length is given twice");
        if (!lengths.isEmpty() && !DIGITS.matcher(lengths.getFirst()).matches()) throw misframed("Content-Length is not a number of bytes");
        if (!lengths.isEmpty() && !codings.isEmpty()) throw misframed("Content-Length and Transfer-Encoding exclude each other");
        if (!codings.isEmpty() && isHttp10()) throw misframed("HTTP/1.0 knows no Transfer-Encoding");
        if (!codings.isEmpty() && (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")))
            throw misframed("the only Transfer-Encoding is chunked");
    }

    /// Whether the client knows no chunks.
    boolean isHttp10() {
        return exchange.getProtocol().equals("HTTP/1.0");
    }

    public String method() {
        return exchange.getRequestMethod();
    }

    /// The path as it came, without the query. One that begins with two slashes is a path too (RFC 9112, 3.2.1): `URI` would take `//a/admin`
    /// for `/admin` on a host `a`, past a proxy that guards it.
    public String path() {
        String target = exchange.getRequestURI().toString();
        return target.startsWith("//") ? target.split("[?#]", 2)[0] : exchange.getRequestURI().getRawPath();
    }

    /// @throws Problem when it can not be decoded
    public Query query() throws Problem {
        return new Query(exchange.getRequestURI().getRawQuery());
    }

    /// The header's value without the blanks around it; empty when it is missing or blank. The JDK's server makes a char of every byte:
    /// what is UTF-8 is read as that.
    public Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).map(Request::decoded).map(String::strip).filter(value -> !value.isEmpty());
    }

    /// How many lines of this header there are.
    public int count(String name) {
        return lines(name).size();
    }

    /// The values of all lines of this header, as they came.
    List<String> lines(String name) {
        return exchange.getRequestHeaders().getOrDefault(name, List.of());
    }

    /// The characters of its head: what the JDK's server keeps of it as long as the exchange lasts.
    public long headLength() {
        long length = exchange.getRequestURI().toString().length();
        for (var header : exchange.getRequestHeaders().entrySet())
            for (var value : header.getValue()) length += header.getKey().length() + value.length();
        return length;
    }

    /// The credential of an `Authorization: Bearer` header (RFC 6750, 2.1); empty when there is none.
    public Optional<String> bearer() {
        return header("Authorization").filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7)).map(value -> value.substring(7).strip());
    }

    /// The value of the cookie (RFC 6265, 4.2.1), without the quotes that may be around it; empty when it is not sent.
    public Optional<String> cookie(String name) {
        for (var line : lines("Cookie"))
            for (var pair : line.split(";")) {
                var parts = pair.strip().split("=", 2);
                if (parts.length == 2 && parts[0].equals(name))
                    return Optional.of(unquoted(parts[1])).filter(value -> !value.isEmpty());
            }
        return Optional.empty();
    }

    private static String unquoted(String value) {
        int from = value.startsWith("\"") ? 1 : 0;
        int to = value.endsWith("\"") ? value.length() - 1 : value.length();
        return from < to ? value.substring(from, to) : "";
    }

    /// Where it comes from, one text for all that count as one caller.
    ///
    /// @param proxies how many proxies in front are believed
    public String caller(int proxies) {
        return ClientAddress.of(exchange.getRemoteAddress().getAddress(), exchange.getRequestHeaders().getOrDefault("X-Forwarded-For", List.of()), proxies);
    }

    /// Whether the client asks for an event stream by name, as every `EventSource` does and curl does not.
    public boolean wantsEventStream() {
        return header("Accept").filter(accepted -> accepted.toLowerCase(Locale.ROOT).contains(Reply.EVENT_STREAM)).isPresent();
    }

    /// How much the client wants this type or coding, from 0 to 1, by the header that lists what it takes (RFC 9110, 12.4.2); 0 when it is not named there.
    public double quality(String header, String name) {
        double quality = 0;
        for (var range : String.join(",", exchange.getRequestHeaders().getOrDefault(header, List.of())).toLowerCase(Locale.ROOT).split(",")) {
            var parts = range.split(";");
            if (!parts[0].strip().equals(name)) continue;
            double wanted = 1;
            for (int i = 1; i < parts.length; i++) {
                var weight = QUALITY.matcher(parts[i].strip());
                if (weight.matches()) wanted = Double.parseDouble(weight.group(1));
            }
            quality = Math.max(quality, wanted);
        }
        return quality;
    }

    /// Whether the request announces a body.
    public boolean hasBody() {
        return header("Transfer-Encoding").isPresent() || header("Content-Length").filter(length -> Long.parseLong(length) > 0).isPresent();
    }

    /// The media type of the body in lower case, without parameters; empty when it is not said.
    ///
    /// @throws Problem when it comes in another character set than UTF-8
    public Optional<String> mediaType() throws Problem {
        var parts = header("Content-Type").orElse("").toLowerCase(Locale.ROOT).split(";");
        for (int i = 1; i < parts.length; i++) {
            var parameter = parts[i].strip();
            if (parameter.startsWith("charset=") && !parameter.substring(8).replace("\"", "").equals("utf-8"))
                throw new Problem(Refusal.UNSUPPORTED_TYPE, "Content-Type: the charset must be utf-8");
        }
        return Optional.of(parts[0].strip()).filter(type -> !type.isEmpty());
    }

    /// Whether a page of another site sends it, as browsers say (W3C, Fetch Metadata, 2.4).
    public boolean isCrossSite() {
        return exchange.getRequestHeaders().getOrDefault("Sec-Fetch-Site", List.of()).stream().anyMatch(site -> site.strip().equalsIgnoreCase("cross-site"));
    }

    /// The whole body, inflated. Who closes it gives back the heap that it takes.
    ///
    /// @throws Problem when it has more than the bound, before or after inflating, can not be inflated, or the heap has no room for it
    /// @throws IOException when the connection broke before it was whole, or it came too slowly and that was answered
    public Body body() throws Problem, IOException, InterruptedException {
        long length = hasBody() ? header("Content-Length").map(Long::parseLong).orElse(-1L) : 0;
        if (length > bodies.bytes()) throw tooLarge(bodies.bytes());
        boolean gzip = isGzip();
        try (var received = bodies.room().receive(Math.max(length, Receiver.first(length)), Receiver.first(length))) {
            var receiver = new Receiver(exchange.getRequestBody(), length, bodies, began, watchdog, (problem, bytes) -> late.answer(this, problem, bytes));
            var pieces = new BodyPieces(receiver.receive(received), (int) receiver.length());
            return gzip ? inflated(pieces) : plain(pieces);
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    private boolean isGzip() throws Problem {
        String coding = String.join(",", exchange.getRequestHeaders().getOrDefault("Content-Encoding", List.of())).strip().toLowerCase(Locale.ROOT);
        return switch (coding) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default -> throw new Problem(Refusal.UNSUPPORTED_TYPE, "Content-Encoding: only gzip is understood").with("Accept-Encoding", "gzip");
        };
    }

    /// Has [#drain] not wait for the body: it would keep the head meanwhile, for which there is no room.
    void leaveBody() {
        bodyIsLeft = true;
    }

    private Body plain(BodyPieces pieces) throws Declined, InterruptedException {
        int length = pieces.length();
        var claim = bodies.room().work(Body.heapOf(length) + Body.heapOfEntries(length, pieces.objects()));
        return new Body(pieces.joined(), claim);
    }

    /// Inflates the body. Its last member says how long it is, and mostly there is only one; else it is inflated again, with all the room that it may
    /// take. The smaller claim is given back before: many that hold one while they wait for more would wait for each other.
    private Body inflated(BodyPieces pieces) throws Problem, Declined, InterruptedException {
        int most = (int) Math.min(bodies.bytes(), (long) pieces.length() * Gzip.MOST_RATIO);
        int expected = Math.min(most, pieces.gzipLength());
        var body = inflated(pieces, expected);
        if (body == null && expected < most) body = inflated(pieces, most);
        if (body == null) throw tooLarge(bodies.bytes());
        return body;
    }

    /// @return null when it is longer than `most`
    private Body inflated(BodyPieces pieces, int most) throws Problem, Declined, InterruptedException {
        var claim = bodies.room().work(heapOfGzip(pieces, most));
        Body body = null;
        try {
            byte[] inflated = Gzip.inflated(pieces.joined(), most);
            if (inflated == null) return null;
            body = new Body(inflated, claim);
            claim.lower(Body.heapOf(inflated.length) + Body.heapOfEntries(inflated.length, BodyPieces.of(inflated).objects()));
            return body;
        } catch (DataFormatException broken) {
            throw new Problem(Refusal.BAD_BODY, "the body is not whole and valid gzip");
        } finally {
            if (body == null) claim.close();
        }
    }

    private static long heapOfGzip(BodyPieces pieces, int inflated) {
        return Body.heapOf(pieces.length()) + Body.heapOf(inflated) + Body.heapOfEntries(inflated, Long.MAX_VALUE);
    }

    /// Reads on what the handler left of the body, within bounds: read to its end, the connection can serve on.
    ///
    /// @throws IOException when it can not be read to its end; the connection is then of no further use
    void drain(Watchdog.Guard guard) throws IOException {
        if (bodyIsLeft && hasBody()) throw new IOException("the body is not waited for");
        guard.arm(DRAIN_TIME);
        try {
            var in = exchange.getRequestBody();
            int read = in.read() < 0 ? -1 : 1; // a handler leaves nothing of most, and then no buffer is needed
            var buffer = new byte[read < 0 ? 0 : DRAIN_BUFFER];
            for (long left = DRAIN_BYTES; read >= 0; left -= read) {
                if (left <= 0) throw new IOException("too much is left of the body");
                read = in.read(buffer);
            }
            guard.disarm();
        } catch (IndexOutOfBoundsException overflown) {
            throw brokenChunk(overflown);
        }
    }

    /// What the JDK's server makes of a chunk size beyond 31 bits.
    static IOException brokenChunk(IndexOutOfBoundsException overflown) {
        return new IOException("broken chunk size", overflown);
    }

    private static Problem misframed(String detail) {
        return new Problem(Refusal.BAD_FRAMING, detail).with("Connection", "close");
    }

    private static String decoded(String value) {
        if (value.chars().allMatch(c -> c < 0x80)) return value;
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(value.getBytes(ISO_8859_1))).toString();
        } catch (CharacterCodingException latin1) {
            return value;
        }
    }

    static Problem tooLarge(int most) {
        return new Problem(Refusal.BODY_TOO_LARGE, "the body has more than the " + most + " bytes that MAX_BODY_BYTES allows");
    }
}
