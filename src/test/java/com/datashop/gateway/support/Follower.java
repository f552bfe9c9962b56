package com.datashop.gateway.support;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// A subscriber under a test's control: it follows a stream over a raw socket and keeps all that it gets.
///
/// ```
/// open ──▶ head ──▶ body ──▶ ended            the reader, a virtual thread; its places are in `End`
///                   ▲  │ pause
///            resume │  ▼
///                  paused                     the kernel's buffers fill, then the server's
///                   │
///                   ▼  await, next, logs      the test's threads wait on one condition, each wait bounded;
///                                             a wait that the stream's end makes hopeless fails at once
/// ```
public final class Follower implements AutoCloseable {
    /// How long a test waits for anything that must happen.
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// In bytes, of an answer that is no stream.
    private static final int MAX_BODY = 64 << 20;
    /// How many of the last messages a failed wait shows.
    private static final int SHOWN = 20;

    /// How a stream ended.
    public enum End {
        /// Its framing said so: the final chunk, or all of the Content-Length.
        COMPLETE,
        /// The server closed without that: the only end that an unframed stream (HTTP/1.0) has, a cut for any other.
        EOF,
        /// The server reset the connection.
        RESET,
        /// The bytes were not HTTP, or not within the bounds.
        MALFORMED,
        /// This follower closed or reset it.
        CLOSED
    }

    private final FollowerOptions options;
    private final Socket socket = new Socket();
    private final Thread reader;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // All below is guarded by the lock.
    private final SseReader sse = new SseReader();
    private final List<Message> messages = new ArrayList<>();
    private final List<Message> logs = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int consumed;
    private boolean paused;
    private boolean closing;
    private WireHead head;
    private End end;
    private Exception cause;

    Follower(FollowerOptions options, int port, String pathAndQuery, String... headers) {
        this.options = options;
        paused = options.isPaused();
        try {
            if (options.receiveBuffer() > 0) socket.setReceiveBufferSize(options.receiveBuffer());
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    (int) Wire.PATIENCE.toMillis());
            socket.getOutputStream().write(options.request(port, pathAndQuery, headers));
        } catch (IOException e) {
            closeQuietly();
            throw new UncheckedIOException(e);
        }
        reader = Thread.ofVirtual().name("follower-" + socket.getLocalPort()).start(this::read);
    }

    /// Follows what is at this path, over HTTP/1.1. Each header is "Name: value"; `Host` and `Accept` are sent unless
    /// given.
    public static Follower open(int port, String pathAndQuery, String... headers) {
        return options().open(port, pathAndQuery, headers);
    }

    /// For a follower that is not like any other.
    public static FollowerOptions options() {
        return new FollowerOptions();
    }

    /// The status of the answer.
    public int status() {
        return head().status();
    }

    /// A header of the answer (all its values joined by a comma), null when absent.
    public String header(String name) {
        return head().header(name);
    }

    /// The whole body of an answer that is no stream.
    public String body() {
        WireHead answer = head();
        return locked(() -> {
            if (isStream(answer)) {
                throw failure("the body was asked for, but this is a stream", null);
            }
            until("the end of the body", PATIENCE, () -> end != null);
            // An unframed body ends by EOF; within a framed one, EOF has a cause.
            if (end != End.COMPLETE && (end != End.EOF || cause != null)) {
                throw failure("the body ended early", cause);
            }
            return body.toString(StandardCharsets.UTF_8);
        });
    }

    /// The first message not consumed yet that matches; it and all before it are consumed.
    public Message await(Predicate<Message> matches) {
        return locked(() -> {
            int[] at = {consumed};
            until("a matching message", PATIENCE, () -> {
                while (at[0] < messages.size() && !matches.test(messages.get(at[0]))) {
                    at[0]++;
                }
                return at[0] < messages.size();
            });
            consumed = at[0] + 1;
            return messages.get(at[0]);
        });
    }

    /// The next message of any kind.
    public Message next() {
        return await(_ -> true);
    }

    /// The next log message; control messages before it are skipped.
    public Message nextLog() {
        return await(Message::isLog);
    }

    /// The first n log messages of the stream, consumed or not; it consumes nothing.
    public List<Message> logs(int n) {
        return locked(() -> {
            until(n + " log messages", PATIENCE, () -> logs.size() >= n);
            return List.copyOf(logs.subList(0, n));
        });
    }

    /// All messages so far.
    public List<Message> messages() {
        return locked(() -> List.copyOf(messages));
    }

    /// The ids of all log messages so far.
    public List<String> ids() {
        return locked(() -> logs.stream().map(Message::id).toList());
    }

    /// The reconnection time that the stream asked for, -1 when it did not yet.
    public long retry() {
        return locked(sse::retry);
    }

    /// The ids of the first n log messages of the stream, consumed or not.
    public List<String> ids(int n) {
        return logs(n).stream().map(Message::id).toList();
    }

    /// All messages so far that tell of missing events.
    public List<Message> gaps() {
        return messages().stream().filter(Message::isGap).toList();
    }

    /// How many comment lines came so far.
    public long comments() {
        return locked(sse::comments);
    }

    /// Waits until that many comment lines came in all.
    public void awaitComments(long n) {
        locked(() -> {
            until(n + " comments", PATIENCE, () -> sse.comments() >= n);
            return null;
        });
    }

    /// Waits until the stream ended, and says how.
    public End awaitEnd() {
        return locked(() -> {
            until("the end", PATIENCE, () -> end != null);
            return end;
        });
    }

    /// The `Last-Event-ID` that a reconnecting browser would send, "" when there is none.
    public String lastEventId() {
        return locked(sse::lastEventId);
    }

    /// Stops reading, as a stalled client does. A read that is waiting still takes what comes first, up to 8 KiB.
    public void pause() {
        locked(() -> paused = true);
    }

    /// Reads on.
    public void resume() {
        locked(() -> {
            paused = false;
            changed.signalAll();
            return null;
        });
    }

    /// Goes away in order, with a FIN (which the kernel follows with a RST when there are bytes that nobody read).
    @Override
    public void close() {
        end(false);
    }

    /// As [#close()], for the middle of a try that closes it again: `-Xlint:try` refuses an explicit close there.
    public void leave() {
        end(false);
    }

    /// Goes away with a RST, as a crashed client or a dropped tunnel does.
    public void reset() {
        end(true);
    }

    private void end(boolean abruptly) {
        locked(() -> {
            closing = true;
            changed.signalAll();
            return null;
        });
        try {
            // The reader goes first: a socket closed under a read has been seen half closed for good, its FIN sent and
            // its data still taken in, which to the gateway is a client that listens.
            if (!socket.isClosed() && !socket.isInputShutdown()) {
                socket.shutdownInput();
            }
            if (!reader.join(PATIENCE)) {
                throw new AssertionError("the reader of a socket that was shut down did not end");
            }
            if (abruptly && !socket.isClosed()) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static boolean isStream(WireHead answer) {
        String type = answer.header("Content-Type");
        return answer.status() == 200 && type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    /// The reader's whole life.
    private void read() {
        try {
            var in = new BufferedInputStream(socket.getInputStream());
            WireHead answer = WireHead.read(in);
            locked(() -> {
                head = answer;
                changed.signalAll();
                return null;
            });
            InputStream unframed = answer.body(in, "GET");
            var buffer = new byte[8 << 10];
            for (int n = 0; n >= 0; n = unframed.read(buffer)) {
                take(buffer, n, isStream(answer));
                if (!mayReadOn()) {
                    return;
                }
            }
            ended(answer.untilClose("GET") ? End.EOF : End.COMPLETE, null);
        } catch (EOFException e) {
            ended(End.EOF, e);
        } catch (ProtocolException | IllegalStateException e) {
            ended(End.MALFORMED, e);
        } catch (IOException e) {
            ended(End.RESET, e);
        } finally {
            ended(End.CLOSED, null);
        }
    }

    private void take(byte[] bytes, int len, boolean stream) {
        locked(() -> {
            if (stream) {
                for (Message message : sse.feed(bytes, 0, len)) {
                    messages.add(options.kept(message));
                    if (message.isLog()) logs.add(messages.getLast());
                }
            } else if (body.size() + len > MAX_BODY) {
                throw new IllegalStateException("a body of more than " + MAX_BODY + " bytes");
            } else {
                body.write(bytes, 0, len);
            }
            changed.signalAll();
            return null;
        });
    }

    /// Waits while paused: the one wait without a bound, since close() always ends it.
    private boolean mayReadOn() {
        return locked(() -> {
            while (paused && !closing) {
                changed.awaitUninterruptibly();
            }
            return !closing;
        });
    }

    /// Notes the first end; one that came after this side left is this side's doing.
    private void ended(End how, Exception why) {
        locked(() -> {
            if (end == null) {
                end = closing ? End.CLOSED : how;
                cause = why;
                changed.signalAll();
            }
            return null;
        });
    }

    private WireHead head() {
        return locked(() -> {
            until("the head of the answer", Wire.PATIENCE, () -> head != null);
            return head;
        });
    }

    /// Waits, under the lock, until this holds; fails when the time is up or when the stream ended without it.
    private void until(String what, Duration bound, BooleanSupplier holds) {
        long left = bound.toNanos();
        try {
            while (!holds.getAsBoolean()) {
                if (end != null) {
                    throw failure("ended before " + what, cause);
                }
                if (left <= 0) {
                    throw failure("no " + what + " within " + bound.toSeconds() + " s", null);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private AssertionError failure(String what, Throwable why) {
        int from = Math.max(0, messages.size() - SHOWN);
        var text = new StringBuilder(what + "; head " + head + ", end " + end + ", " + sse.comments() + " comments, "
                + messages.size() + " messages of which " + consumed + " were consumed");
        if (body.size() > 0) text.append("\n  body: ").append(body.toString(StandardCharsets.UTF_8));
        for (int i = from; i < messages.size(); i++) {
            text.append("\n  ").append(i).append(": ").append(messages.get(i));
        }
        return new AssertionError(text.toString(), why);
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted while waiting", e);
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void closeQuietly() {
        try {
            socket.close();
        } catch (IOException _) {
            // The failure to connect is what the test has to see.
        }
    }
}
