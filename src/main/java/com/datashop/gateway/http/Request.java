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
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One request. It checks what the JDK's server accepts too easily, and reads the body within a bound.
public final class Request {
    /// The most bytes of a refused body that are still read, so that the client gets the answer and not a reset.
    static final long DRAIN_BYTES = 4L << 20;
    static final String HTTP_1_0 = "HTTP/1.0";
    static final Duration DRAIN_TIME = Duration.ofSeconds(2);
    /// The buffer's size. It is small, because each connection may have one.
    private static final int DRAIN_BUFFER = 2048;
    /// WHATWG Encoding, 4.2. Senders write both.
    private static final Set<String> UTF_8_LABELS = Set.of("utf-8", "utf8");
    private static final Pattern QUALITY = Pattern.compile("q\\s*=\\s*(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)");

    private final HttpExchange exchange;
    private final BodyBounds bounds;
    private final Watchdog watchdog;
    private final LateAnswer late;
    private final long began = System.nanoTime();
    private final Refusals refusals;
    private boolean bodyIsLeft;
    private long headLength;

    /// @param late answers in place of the handler when the body comes too slowly
    Request(HttpExchange exchange, BodyBounds bounds, Watchdog watchdog, Refusals refusals, LateAnswer late) {
        this.exchange = exchange;
        this.bounds = bounds;
        this.watchdog = watchdog;
        this.refusals = refusals;
        this.late = late;
    }

    /// Refuses a request whose end or host is not certain ([Framing]).
    ///
    /// @throws Problem with `BAD_FRAMING`, which closes the connection
    void checkFraming() throws Problem {
        Framing.check(exchange);
    }

    /// Whether the client speaks HTTP/1.0, which has no chunks.
    boolean isHttp10() {
        return exchange.getProtocol().equals(HTTP_1_0);
    }

    /// The answer to this request when it is refused.
    Reply.Whole refusal(Problem problem) {
        return refusals.reply(this, problem);
    }

    public String method() {
        return exchange.getRequestMethod();
    }

    /// The path before decoding, without the query.
    ///
    /// A target that begins with two slashes is a path too (RFC 9112, 3.2.1). `URI` would read `//a/admin` as `/admin`
    /// on a host `a`, and so bypass a proxy that guards `/admin`.
    public String path() {
        String target = exchange.getRequestURI().toString();
        return target.startsWith("//") ? target.split("[?#]", 2)[0] : exchange.getRequestURI().getRawPath();
    }

    /// A reference to this resource with another value of the parameter, for a `Link` (RFC 8288, 3).
    ///
    /// It has no path, so it also works behind a proxy that adds a prefix. It has no `access_token`, because headers
    /// are often logged.
    public String reference(String name, String value) {
        var reference = new StringBuilder("?");
        String raw = exchange.getRequestURI().getRawQuery();
        for (var pair : (raw == null ? "" : raw).split("&")) {
            var parameter = pair.split("=", 2)[0];
            if (!pair.isEmpty() && !parameter.equals(name) && !parameter.equals("access_token"))
                reference.append(pair).append('&');
        }
        return reference.append(name).append('=').append(value).chars().mapToObj(Request::inReference)
                .collect(Collectors.joining());
    }

    /// Escapes a character that a URI must not have. The JDK's server makes a char of every byte, and accepts all of
    /// them.
    private static String inReference(int c) {
        return c > ' ' && c < 0x7F && "<>\"".indexOf(c) < 0 ? Character.toString(c) : "%%%02X".formatted(c & 0xFF);
    }

    /// The parameters of the URL.
    ///
    /// @throws Problem when they cannot be decoded
    public Query query() throws Problem {
        return new Query(exchange.getRequestURI().getRawQuery());
    }

    /// The header's value without the blanks around it; empty when it is missing or blank.
    ///
    /// The JDK's server makes a char of every byte. This method decodes UTF-8.
    public Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).map(Request::decoded).map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /// The number of lines with this header.
    public int count(String name) {
        return lines(name).size();
    }

    /// The values of all lines with this header, unchanged.
    List<String> lines(String name) {
        return Framing.lines(exchange.getRequestHeaders(), name);
    }

    /// The characters of the head that the JDK's server keeps until the exchange ends.
    public long headLength() {
        if (headLength > 0) return headLength;
        long length = exchange.getRequestURI().toString().length();
        for (var header : exchange.getRequestHeaders().entrySet())
            for (var value : header.getValue()) length += header.getKey().length() + value.length();
        headLength = length;
        return length;
    }

    /// The credential of an `Authorization: Bearer` header (RFC 6750, 2.1); empty when there is none.
    public Optional<String> bearer() {
        return credential("Bearer");
    }

    /// The credential of an `Authorization` header of this scheme (RFC 9110, 11.4); empty when there is none.
    public Optional<String> credential(String scheme) {
        return header("Authorization")
                .filter(value -> value.regionMatches(true, 0, scheme + " ", 0, scheme.length() + 1))
                .map(value -> value.substring(scheme.length() + 1).strip());
    }

    /// The value of the cookie (RFC 6265, 4.2.1) without its optional quotes; empty when it is not sent.
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

    /// The caller's address. All requests that count as one caller's have the same text.
    ///
    /// @param proxies how many proxies in front are trusted
    public String caller(int proxies) {
        return ClientAddress.of(exchange.getRemoteAddress().getAddress(), lines("X-Forwarded-For"), proxies);
    }

    /// Whether the client asks for an event stream by name, as every `EventSource` does and curl does not.
    public boolean wantsEventStream() {
        return header("Accept").filter(accepted -> accepted.toLowerCase(Locale.ROOT).contains(Reply.EVENT_STREAM))
                .isPresent();
    }

    /// The quality, from 0 to 1, that the header gives this type or coding (RFC 9110, 12.4.2); 0 when it is not named.
    public double quality(String header, String name) {
        double quality = 0;
        String list = String.join(",", lines(header));
        for (var range : list.toLowerCase(Locale.ROOT).split(",")) {
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
        return header("Transfer-Encoding").isPresent()
                || header("Content-Length").filter(length -> Long.parseLong(length) > 0).isPresent();
    }

    /// The media type of the body in lower case, whatever its character set; empty when there is none.
    public Optional<String> mediaTypeOfAnyCharset() {
        return header("Content-Type").map(type -> type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip())
                .filter(type -> !type.isEmpty());
    }

    /// The media type of the body in lower case; empty when there is none.
    ///
    /// @throws Problem when the body's character set is not UTF-8
    public Optional<String> mediaType() throws Problem {
        var parts = header("Content-Type").orElse("").toLowerCase(Locale.ROOT).split(";");
        for (int i = 1; i < parts.length; i++) {
            var parameter = parts[i].strip();
            if (parameter.startsWith("charset=") && !UTF_8_LABELS.contains(parameter.substring(8).replace("\"", "")))
                throw new Problem(Refusal.UNSUPPORTED_TYPE, "Content-Type: the charset must be utf-8");
        }
        return Optional.of(parts[0].strip()).filter(type -> !type.isEmpty());
    }

    /// Whether it is a preflight: a browser asks what a page of another origin may do (WHATWG Fetch, 3.2.2).
    boolean isPreflight() {
        return method().equals("OPTIONS") && header("Origin").isPresent()
                && header("Access-Control-Request-Method").isPresent();
    }

    /// Whether the browser says that a page of another site sends it (W3C, Fetch Metadata, 2.4).
    public boolean isCrossSite() {
        return lines("Sec-Fetch-Site").stream()
                .anyMatch(site -> site.strip().equalsIgnoreCase("cross-site"));
    }

    /// The whole body, inflated. Closing it gives back its heap.
    ///
    /// @throws Problem when it is too large before or after inflating, cannot be inflated, or the heap has no room
    /// @throws IOException when the connection broke before it was whole, or when it was late and was answered
    public Body body() throws Problem, IOException, InterruptedException {
        return body(_ -> false);
    }

    /// The whole body, inflated. Closing it gives back its heap.
    ///
    /// @param decodedByCaller the content codings, in lower case, that the caller decodes itself
    /// @throws Problem as [#body()] does
    /// @throws IOException as [#body()] does
    public Body body(Predicate<String> decodedByCaller) throws Problem, IOException, InterruptedException {
        long length = hasBody() ? header("Content-Length").map(Long::parseLong).orElse(-1L) : 0;
        if (length > bounds.bytes()) throw tooLarge(bounds.bytes());
        boolean gzip = isGzip(decodedByCaller);
        try (var received = bounds.room().receive(Math.max(length, Receiver.first(length)), Receiver.first(length))) {
            var receiver = new Receiver(this, exchange.getRequestBody(), length, began, watchdog, late);
            var pieces = new BodyPieces(receiver.receive(received), (int) receiver.length());
            var inflation = new Inflation(pieces, bounds);
            return gzip ? inflation.inflated() : inflation.plain();
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    /// The body, which the caller reads while it arrives, and closes when it wants no more of it.
    ///
    /// @throws Problem when it has a content coding: the size of its inflated parts is not known in advance
    public LiveBody liveBody() throws Problem {
        if (isGzip(_ -> false)) throw new Problem(Refusal.UNSUPPORTED_TYPE, "Content-Encoding is not understood here");
        return new LiveBody(this, exchange.getRequestBody(), watchdog, late);
    }

    /// The bounds on bodies.
    public BodyBounds bodyBounds() {
        return bounds;
    }

    private boolean isGzip(Predicate<String> decodedByCaller) throws Problem {
        String coding = String.join(",", lines("Content-Encoding")).strip().toLowerCase(Locale.ROOT);
        return switch (coding) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default -> {
                if (decodedByCaller.test(coding)) yield false;
                throw new Problem(Refusal.UNSUPPORTED_TYPE, "Content-Encoding: only gzip is understood")
                        .with("Accept-Encoding", "gzip");
            }
        };
    }

    /// Makes [#drain] give up at once instead of waiting for the body. Meanwhile the head would take room in the heap.
    void leaveBody() {
        bodyIsLeft = true;
    }

    /// Reads what the handler has left of the body, within bounds, so that the connection can serve another request.
    ///
    /// @throws IOException when the body cannot be read to its end; the connection is then useless
    void drain(Watchdog.Guard guard) throws IOException {
        if (bodyIsLeft && hasBody()) throw new IOException("the gateway does not wait for the body");
        guard.arm(DRAIN_TIME);
        try {
            var in = exchange.getRequestBody();
            int read = in.read() < 0 ? -1 : 1; // Most handlers leave nothing, and then no buffer is needed.
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

    /// The exception for a chunk size beyond 31 bits, which makes the JDK's server fail in another way.
    static IOException brokenChunk(IndexOutOfBoundsException overflown) {
        return new IOException("broken chunk size", overflown);
    }

    private static String decoded(String value) {
        if (isAscii(value)) return value;
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(value.getBytes(ISO_8859_1))).toString();
        } catch (CharacterCodingException latin1) {
            return value;
        }
    }

    private static boolean isAscii(String value) {
        for (int i = 0; i < value.length(); i++) if (value.charAt(i) >= 0x80) return false;
        return true;
    }

    /// The refusal of a body with more bytes than this.
    static Problem tooLarge(int most) {
        return new Problem(Refusal.BODY_TOO_LARGE, "the body has more than the " + most
                + " bytes that MAX_BODY_BYTES allows");
    }
}
