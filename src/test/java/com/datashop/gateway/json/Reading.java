package com.datashop.gateway.json;

import java.util.Optional;

/// The three ways to read one JSON text, which must agree on what JSON is.
enum Reading {
    PARSE {
        @Override
        void read(byte[] json) throws JsonException {
            JsonValue.parse(json);
        }
    },
    SKIP {
        @Override
        void read(byte[] json) throws JsonException {
            var scanner = new JsonScanner(json);
            scanner.skip(JsonValue.MAX_DEPTH);
            scanner.end();
        }
    },
    COMPACT {
        @Override
        void read(byte[] json) throws JsonException {
            compacted(json);
        }
    };

    abstract void read(byte[] json) throws JsonException;

    /// The refusal of `json`, if this way of reading refuses it. Anything else that it throws is a failure of the test.
    Optional<JsonException> refusal(byte[] json) {
        try {
            read(json);
            return Optional.empty();
        } catch (JsonException refused) {
            return Optional.of(refused);
        }
    }

    /// The whole of `json`, compacted.
    static byte[] compacted(byte[] json) throws JsonException {
        var scanner = new JsonScanner(json);
        byte[] compact = scanner.compact(JsonValue.MAX_DEPTH);
        scanner.end();
        return compact;
    }
}
