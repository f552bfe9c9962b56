package com.datashop.gateway.log.shared.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A reply of Redis.
sealed interface RedisReply {
    /// A string.
    record Text(byte[] bytes) implements RedisReply {
        @Override
        public String toString() {
            return new String(bytes, UTF_8);
        }
    }

    /// A string that was too long to keep.
    record Long() implements RedisReply { }

    /// A number.
    record Number(long value) implements RedisReply {
        @Override
        public String toString() {
            return String.valueOf(value);
        }
    }

    /// Several replies.
    record Many(List<RedisReply> replies) implements RedisReply {
        /// The replies as names and values in turn.
        Map<String, RedisReply> members() {
            var members = new HashMap<String, RedisReply>();
            for (int i = 0; i + 1 < replies.size(); i += 2) members.put(replies.get(i).toString(), replies.get(i + 1));
            return members;
        }
    }

    /// No value.
    record Nothing() implements RedisReply { }

    /// An error: a word in capitals that names it, and a text.
    record Failure(String message) implements RedisReply {
        /// The words of Redis before the reason when it refuses an `EXEC`.
        private static final String ABORTED = "EXECABORT Transaction discarded because of: ";

        public Failure {
            if (message.startsWith(ABORTED)) message = message.substring(ABORTED.length());
        }

        /// The first word of the error.
        String code() {
            int blank = message.indexOf(' ');
            return blank < 0 ? message : message.substring(0, blank);
        }
    }
}
