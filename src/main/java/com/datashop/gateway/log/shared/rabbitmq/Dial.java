package com.datashop.gateway.log.shared.rabbitmq;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// A way to the server, over TLS if the settings ask for it.
///
/// @param wire the socket below TLS
/// @param socket the socket to talk through; the same one without TLS
record Dial(Socket wire, Socket socket) {
    private static final int PATIENCE = (int) Connection.PATIENCE.toMillis();

    /// Connects.
    ///
    /// @throws IOException when the server is not reached; its message is one line
    static Dial to(RabbitSettings settings) throws IOException {
        try {
            var wire = connect(settings);
            return new Dial(wire, settings.tls() ? secure(wire, settings) : wire);
        } catch (UnknownHostException unknown) {
            throw new IOException("no such host", unknown);
        } catch (SocketTimeoutException late) {
            throw new IOException("not reached within " + Connection.PATIENCE.toSeconds() + " s", late);
        }
    }

    private static Socket connect(RabbitSettings settings) throws IOException {
        IOException failed = null;
        for (var address : InetAddress.getAllByName(settings.host())) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                socket.connect(new InetSocketAddress(address, settings.port()), PATIENCE);
                socket.setSoTimeout(PATIENCE);
                return socket;
            } catch (IOException next) {
                failed = next;
                socket.close();
            }
        }
        throw failed;
    }

    /// Agrees on TLS. The certificate must name the host (RFC 9110, 4.3.4: "HTTPS" stands for that here).
    ///
    /// The JVM's trust store says who is trusted. Its key store has the gateway's own certificate, if it has one.
    private static Socket secure(Socket plain, RabbitSettings settings) throws IOException {
        try {
            var socket = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
                    .createSocket(plain, settings.host(), settings.port(), true);
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (SocketTimeoutException silent) {
            plain.close();
            throw new IOException("TLS fails: no answer within " + Connection.PATIENCE.toSeconds() + " s", silent);
        } catch (SSLException untrusted) {
            plain.close();
            throw new IOException("TLS fails: " + untrusted.getMessage(), untrusted);
        } catch (IOException broken) {
            plain.close();
            throw new IOException("TLS fails: the server ends the connection", broken);
        }
    }
}
