package com.datashop.gateway.log.shared.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What Redis answers.
sealed interface RedisReply {
    /// A string.
    record Text(byte[] bytes) implements RedisReply {
        @Override
        public String toString() {
            return new String(bytes, UTF_8);
        }
    }

    /// A string that was too long to be kept.
    record Long() implements RedisReply { }

    /// A number.
    record Number(long value) implements RedisReply {
        @Override
        public String toString() {
            return String.valueOf(value);
        }
    }

    /// Several.
    record Many(List<RedisReply> replies) implements RedisReply {
        /// The replies as names and values, one after the other.
        Map<String, RedisReply> members() {
            var members = new HashMap<String, RedisReply>();
            for (int i = 0; i + 1 < replies.size(); i += 2) members.put(replies.get(i).toString(), replies.get(i + 1));
            return members;
        }
    }

    /// Nothing.
    record Nothing() implements RedisReply { }

    /// An error: a word in capitals that says which, and text.
    record Failure(String message) implements RedisReply {
        /// What Redis says of an `EXEC` that it has refused, before it says why.
        private static final String ABORTED = "EXECABORT Transaction discarded because of: ";

        public Failure {
            if (message.startsWith(ABORTED)) message = message.substring(ABORTED.length());
        }

        /// The word that it begins with.
        String code() {
            int blank = message.indexOf(' ');
            return blank < 0 ? message : message.substring(0, blank);
        }
    }
}
