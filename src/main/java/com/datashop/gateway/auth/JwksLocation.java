package com.datashop.gateway.auth;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Where a JWK Set is: a file, or a URL.
sealed interface JwksLocation {
    int MAX_PORT = 65_535;

    /// @param text an `http:`, `https:` or `file:` URL, or the path of a file
    /// @throws IllegalArgumentException when it is neither
    static JwksLocation of(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        try {
            if (lower.startsWith("file:")) return new File(Path.of(new URI(text)));
            if (!lower.startsWith("http:") && !lower.startsWith("https:")) {
                if (lower.matches("[a-z][a-z0-9+.-]*://.*")) throw new IllegalArgumentException("is a URL, but not of http, https or file");
                return new File(Path.of(text));
            }
            var uri = new URI(text);
            if (uri.getHost() == null) throw new IllegalArgumentException("is a URL without a host");
            if (uri.getPort() > MAX_PORT) throw new IllegalArgumentException("is a URL with a port above " + MAX_PORT);
            return new Web(uri);
        } catch (URISyntaxException | InvalidPathException | FileSystemNotFoundException notOne) {
            throw new IllegalArgumentException("is neither a URL nor the path of a file");
        }
    }

    /// The document.
    ///
    /// @throws IOException when it can not be had; its message is a phrase that goes on from [#shown]
    byte[] read(Duration timeout) throws IOException;

    /// The place as it can be shown to an operator: without what may be secret in a URL.
    String shown();

    /// A file, read anew each time.
    record File(Path path) implements JwksLocation {
        @Override
        public byte[] read(Duration timeout) throws IOException {
            try (var in = Files.newInputStream(path)) {
                return in.readNBytes(Jwks.MAX_BYTES + 1); // one more, for the limit to be seen
            } catch (NoSuchFileException missing) {
                throw new IOException("does not exist", missing);
            } catch (IOException unreadable) {
                throw new IOException("can not be read", unreadable);
            }
        }

        @Override
        public String shown() {
            return path.toString();
        }
    }

    /// A URL of a web server.
    record Web(URI uri) implements JwksLocation {
        /// A client for each fetch: they are minutes or months apart, and an idle one keeps a thread and a connection.
        ///
        /// NORMAL follows redirects, but none from https to http: there anyone on the way could put in a key.
        @Override
        public byte[] read(Duration timeout) throws IOException {
            var request = HttpRequest.newBuilder(uri).header("Accept", "application/jwk-set+json, application/json").build();
            var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NORMAL)
                    .executor(task -> Thread.ofVirtual().name("jwks-client").start(task)).build();
            try {
                // A request's own timeout ends with the answer's head; this one is for all, the body too.
                var answer = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), Jwks.MAX_BYTES))
                        .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
                if (answer.statusCode() != 200) throw new IOException("answered with status " + answer.statusCode());
                return answer.body();
            } catch (TimeoutException late) {
                throw new IOException("did not answer within " + timeout.toMillis() + " ms", late);
            } catch (ExecutionException failed) {
                throw new IOException(reason(failed.getCause()), failed);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                throw new IOException("was not read: interrupted", ended);
            } finally {
                client.shutdownNow();
            }
        }

        private static String reason(Throwable failure) {
            if (failure instanceof ConnectException) return "can not be connected to";
            String message = failure.getMessage() == null ? "" : ", " + failure.getMessage().replaceAll("\\p{Cntrl}+", " ");
            return "can not be read: " + failure.getClass().getSimpleName() + message;
        }

        @Override
        public String shown() {
            return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri.getRawPath();
        }
    }
}
