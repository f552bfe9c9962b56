package com.datashop.gateway.support;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;

/// How a [Follower] connects and asks, where that matters.
public final class FollowerOptions {
    private String version = "HTTP/1.1";
    private int receiveBuffer;
    private boolean paused;
    private boolean withoutData;

    FollowerOptions() { }

    /// Asks as an HTTP/1.0 client, which nginx is by default: it gets an unframed stream.
    public FollowerOptions http10() {
        version = "HTTP/1.0";
        return this;
    }

    /// Sets SO_RCVBUF before connecting, so that the window is small from the first (Linux doubles it).
    public FollowerOptions receiveBuffer(int bytes) {
        receiveBuffer = bytes;
        return this;
    }

    /// Reads the head, then nothing until `resume()` (but what came along with the head, up to 8 KiB, is off the
    /// socket).
    public FollowerOptions paused() {
        paused = true;
        return this;
    }

    /// Keeps no data of the log messages, so that a test may have a thousand of these followers.
    public FollowerOptions withoutData() {
        withoutData = true;
        return this;
    }

    /// Connects and asks; the answer is read in the background.
    public Follower open(int port, String pathAndQuery, String... headers) {
        return new Follower(this, port, pathAndQuery, headers);
    }

    /// In bytes; 0 leaves it to the system.
    int receiveBuffer() {
        return receiveBuffer;
    }

    boolean isPaused() {
        return paused;
    }

    /// The part of a message that is kept.
    Message kept(Message message) {
        return withoutData && message.isLog() ? new Message(message.event(), message.id(), "") : message;
    }

    /// The whole request, with `Host` and `Accept` unless they are given.
    byte[] request(int port, String pathAndQuery, String... headers) {
        var request = new StringBuilder("GET " + pathAndQuery + " " + version + "\r\n");
        if (!names(headers, "host")) request.append("Host: localhost:").append(port).append("\r\n");
        if (!names(headers, "accept")) request.append("Accept: text/event-stream\r\n");
        for (var header : headers) request.append(header).append("\r\n");
        return request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean names(String[] headers, String name) {
        return Stream.of(headers).anyMatch(header -> header.toLowerCase(Locale.ROOT).startsWith(name + ":"));
    }
}
