package com.datashop.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
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
        private static final String BYTE_ORDER_MARK = "\uFEFF";

        @Override
        public Optional<String> read() throws IOException {
            try {
                var text = Files.readString(file, UTF_8);
                var token = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).strip();
                if (token.isEmpty()) throw new IOException("the token file " + file + " is empty");
                if (token.chars().anyMatch(c -> c <= ' ' || c == 0x7F))
                    throw new IOException("the token file " + file + " holds more than one token");
                return Optional.of(token);
            } catch (java.nio.file.NoSuchFileException missing) {
                throw new IOException("the token file " + file + " is missing", missing);
            } catch (java.nio.charset.CharacterCodingException binary) {
                throw new IOException("the token file " + file + " is not UTF-8", binary);
            }
        }

        @Override
        public boolean mayChange() {
            return true;
        }
    }
}
