package com.datashop.gateway.client;

import com.datashop.gateway.auth.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The token that proves the caller, or the file that holds it. The token appears in no message.
public sealed interface TokenSource {
    /// Reads the current token; empty when there is none.
    ///
    /// @throws IOException when it cannot be read; the message names the file
    Optional<String> read() throws IOException;

    /// Whether there may be another token later.
    boolean mayChange();

    /// Whether a header can carry the text as a token.
    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7F && c < 0xA0 || c == 0xFFFD) return false;
        }
        return !text.isEmpty();
    }

    /// No token.
    record None() implements TokenSource {
        @Override
        public Optional<String> read() {
            return Optional.empty();
        }

        @Override
        public boolean mayChange() {
            return false;
        }
    }

    /// The token itself.
    record Given(String token) implements TokenSource {
        @Override
        public Optional<String> read() {
            return Optional.of(token);
        }

        @Override
        public boolean mayChange() {
            return false;
        }

        @Override
        public String toString() {
            return "a token";
        }
    }

    /// A file with the token. It is read again for each connection, so that its owner can renew the token.
    record InFile(Path file) implements TokenSource {
        @Override
        public Optional<String> read() throws IOException {
            String token;
            try {
                token = TextFile.read(file);
            } catch (IOException unreadable) {
                throw new IOException("the token file " + file + " " + unreadable.getMessage(), unreadable);
            }
            if (token.isEmpty()) throw new IOException("the token file " + file + " is empty");
            if (!isToken(token)) throw new IOException("the token file " + file + " holds more than one token");
            return Optional.of(token);
        }

        @Override
        public boolean mayChange() {
            return true;
        }
    }
}
