package com.datashop.gateway.log.shared;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// A socket to a broker, with or without TLS. [Links] opens it.
///
/// @param wire the plain socket; without TLS, the same as `socket`
/// @param socket the socket to talk through
public record Link(Socket wire, Socket socket) implements Closeable {
    /// The time that a broker may take to accept a connection, to agree on TLS, and to answer.
    public static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int PATIENCE_MILLIS = (int) PATIENCE.toMillis();

    /// Connects, and agrees on TLS.
    ///
    /// @throws IOException when that fails; its message is one line
    static Link open(Address server, boolean tls) throws IOException {
        try {
            var wire = connect(server);
            return new Link(wire, tls ? secure(wire, server) : wire);
        } catch (UnknownHostException unknown) {
            throw new IOException("no such host", unknown);
        } catch (SocketTimeoutException late) {
            throw new IOException("not reached within " + PATIENCE.toSeconds() + " s", late);
        }
    }

    /// Sets how long the broker may be silent while something is expected of it.
    public void patience(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
    }

    /// Whether it was closed.
    public boolean isClosed() {
        return wire.isClosed();
    }

    /// Closes it without TLS's closing message, which would wait behind a write that is stuck. Any thread may do so.
    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException closed) {
            // The connection is of no use any more.
        }
    }

    private static Socket connect(Address server) throws IOException {
        IOException failed = null;
        for (var address : InetAddress.getAllByName(server.host())) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                socket.connect(new InetSocketAddress(address, server.port()), PATIENCE_MILLIS);
                socket.setSoTimeout(PATIENCE_MILLIS);
                return socket;
            } catch (IOException next) {
                failed = next;
                socket.close();
            }
        }
        throw failed;
    }

    /// Adds TLS, with the JVM's trust store, and its key store for a certificate of the gateway.
    ///
    /// It checks the name in the certificate: "HTTPS" means RFC 9110, 4.3.4.
    private static Socket secure(Socket plain, Address server) throws IOException {
        try {
            var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
            var socket = (SSLSocket) factory.createSocket(plain, server.host(), server.port(), true);
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (SocketTimeoutException silent) {
            plain.close();
            throw new IOException("TLS fails: no answer within " + PATIENCE.toSeconds() + " s", silent);
        } catch (SSLException untrusted) {
            plain.close();
            throw new IOException("TLS fails: " + untrusted.getMessage(), untrusted);
        } catch (IOException broken) {
            plain.close();
            throw new IOException("TLS fails: the server ends the connection", broken);
        }
    }
}
