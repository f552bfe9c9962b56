package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.log.shared.kafka.KafkaSettings.Server;
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

/// A socket to a server, with or without TLS.
///
/// @param wire what the socket leads over; the socket itself when it is not TLS
record Link(Socket wire, Socket socket) {
    /// Connects, and agrees on TLS; each step within the patience.
    static Link open(Server server, boolean tls, Duration patience) throws IOException {
        try {
            var wire = connect(server, patience);
            return new Link(wire, tls ? secure(wire, server, patience) : wire);
        } catch (UnknownHostException unknown) {
            throw new IOException("no such host", unknown);
        } catch (SocketTimeoutException late) {
            throw new IOException("not reached within " + patience.toSeconds() + " s", late);
        }
    }

    /// Ends it at once: without the farewell of TLS, which would wait behind a write that is stuck.
    void close() {
        try {
            wire.close();
        } catch (IOException closed) {
            // which is what is wanted
        }
    }

    private static Socket connect(Server server, Duration patience) throws IOException {
        IOException failed = null;
        for (var address : InetAddress.getAllByName(server.host())) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                socket.connect(new InetSocketAddress(address, server.port()), (int) patience.toMillis());
                socket.setSoTimeout((int) patience.toMillis());
                return socket;
            } catch (IOException next) {
                failed = next;
                socket.close();
            }
        }
        throw failed;
    }

    /// With the JVM's trust store, and the name in the certificate checked (RFC 9110, 4.3.4: "HTTPS" means that here).
    private static Socket secure(Socket plain, Server server, Duration patience) throws IOException {
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
            throw new IOException("TLS fails: no answer within " + patience.toSeconds() + " s", silent);
        } catch (SSLException untrusted) {
            plain.close();
            throw new IOException("TLS fails: " + untrusted.getMessage(), untrusted);
        } catch (IOException broken) {
            plain.close();
            throw new IOException("TLS fails: the server ends the connection", broken);
        }
    }
}
